import torch

from enlarger_training.networks.srresnet import SrresnetNetwork, lite_design
from enlarger_training.networks.widened import collapse, widen


def _some_lite_network() -> SrresnetNetwork:
    torch.manual_seed(3)
    return SrresnetNetwork(lite_design()).eval()


def _disturb(network: torch.nn.Module) -> None:
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))


def test_a_widened_network_begins_as_the_plain_one() -> None:
    network, image = _some_lite_network(), torch.rand(1, 3, 12, 10)
    with torch.no_grad():
        plain = network(image)
        widen(network)
        assert network(image).equal(plain)
    assert sum(p.numel() for p in network.parameters()) > 2 * 642_050


def test_every_part_of_a_widened_kernel_learns() -> None:
    network = _some_lite_network()
    widen(network)
    _disturb(network)
    network(torch.rand(1, 3, 12, 10)).square().mean().backward()
    still = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert still == []


def test_collapsed_weights_give_the_same_images() -> None:
    network, image = _some_lite_network(), torch.rand(1, 3, 12, 10)
    widen(network)
    _disturb(network)
    plain = _some_lite_network()
    plain.load_state_dict(collapse(dict(network.state_dict())))
    assert sum(p.numel() for p in plain.parameters()) == 642_050
    with torch.no_grad():
        torch.testing.assert_close(plain(image), network(image), atol=1e-5, rtol=0)


def test_plain_weights_stay_as_they_are() -> None:
    weights = dict(_some_lite_network().state_dict())
    assert collapse(weights).keys() == weights.keys()
