import pytest
import torch

from enlarger_training.networks.fast import FastNetwork
from enlarger_training.networks.growth import grow_from_fast
from enlarger_training.networks.srresnet import SrresnetNetwork, lite_design, original_design


def _some_fast_network(channels: int = 8) -> FastNetwork:
    torch.manual_seed(2)
    network = FastNetwork(4, channels, 3).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network


def test_the_original_generator_begins_as_the_fast_network_that_it_grows_from() -> None:
    fast, image = _some_fast_network(), torch.rand(1, 3, 24, 20)
    grown = SrresnetNetwork(original_design(activation="relu")).eval()
    grow_from_fast(grown, fast)
    assert sum(parameter.numel() for parameter in grown.parameters()) == 1_546_754
    with torch.no_grad():
        expected, made = fast(image), grown(image)
    inside = (..., slice(8, -8), slice(8, -8))
    torch.testing.assert_close(made[inside], expected[inside], atol=1e-4, rtol=0)
    assert (made - expected).abs().mean() < 0.1 * expected.std()


def test_every_layer_of_a_grown_network_learns() -> None:
    grown = SrresnetNetwork(original_design(activation="relu"))
    grow_from_fast(grown, _some_fast_network())
    grown(torch.rand(1, 3, 12, 10)).square().mean().backward()
    still = [n for n, p in grown.named_parameters() if p.grad is None or not p.grad.any()]
    # What feeds only kernels that begin at zero learns from the second step on.
    assert {name.rpartition(".")[2] for name in still} <= {"weight", "bias"}
    assert not any(name.startswith(("head", "mid", "upscale", "tail")) for name in still)
    assert not any(name.endswith("second.weight") for name in still)


@pytest.mark.parametrize(
    ("network", "channels"),
    [
        (SrresnetNetwork(lite_design()), 8),
        (SrresnetNetwork(original_design(activation="leaky_relu")), 8),
        (SrresnetNetwork(original_design(activation="relu")), 37),
    ],
    ids=["lite", "another activation", "too many channels"],
)
def test_a_network_without_room_for_it_is_refused(network: SrresnetNetwork, channels: int) -> None:
    with pytest.raises(ValueError, match="grows"):
        grow_from_fast(network, _some_fast_network(channels))
