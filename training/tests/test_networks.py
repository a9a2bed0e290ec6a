import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from enlarger_training.imresize import resize
from enlarger_training.networks import Network, build_network
from enlarger_training.networks.bicubic_anchor import bicubic_kernel
from enlarger_training.networks.collapsible import CollapsibleConvolution
from enlarger_training.networks.counting import trained_macs, trained_parameters
from enlarger_training.networks.interpolation_start import start_as_interpolation
from enlarger_training.networks.planes import PLANES, SharedPrelu, interleave
from enlarger_training.networks.srresnet import SrresnetNetwork
from tests.conftest import draw_image


@pytest.mark.parametrize(
    ("family", "tail_px", "parameters", "macs"),
    [
        ("srresnet", 9, 1_546_754, 9_094_381_568),
        ("srresnet-lite", 3, 642_050, 2_758_885_376),
        ("srresnet-lite", 5, 645_122, 2_960_211_968),
    ],
)
def test_totals_are_those_of_the_study(
    family: str, tail_px: int, parameters: int, macs: int
) -> None:
    network = build_network(family, 4, {"tail_px": tail_px})
    assert (trained_parameters(network), trained_macs(network)) == (parameters, macs)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_fast_enlarges_by_its_scale(scale: int) -> None:
    network = build_network("fast", scale, {"channels": 8, "blocks": 2})
    assert network(torch.rand(2, 3, 5, 7)).shape == (2, 3, 5 * scale, 7 * scale)


@pytest.mark.parametrize(
    ("family", "options"),
    [("fast", {"channels": 8, "blocks": 2}), ("srresnet-lite", {}), ("srresnet", {})],
)
def test_context_is_as_far_as_an_output_pixel_sees(
    family: str, options: dict[str, int | str]
) -> None:
    network: Network = build_network(family, 4, options).eval()
    context = network.context_px()
    side = 2 * context + 5
    image = torch.rand(1, 3, side, side, requires_grad=True)
    middle = side // 2
    block = network(image)[0, :, 4 * middle : 4 * middle + 4, 4 * middle : 4 * middle + 4]
    block.sum().backward()
    assert image.grad is not None
    reached = image.grad[0].abs().sum(dim=(0, 1)).nonzero().flatten() - middle
    assert (reached.min().item(), reached.max().item()) == (-context, context)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_anchor_is_bicubic_enlargement(scale: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (12, 12, 3)).astype(np.uint8)
    tensor = torch.from_numpy(image).permute(2, 0, 1)[None].float()
    phases = functional.conv2d(tensor, bicubic_kernel(scale), padding=2)
    enlarged = functional.pixel_shuffle(phases, scale)[0].permute(1, 2, 0).numpy()
    expected = resize(image, 12 * scale, 12 * scale)
    inner = slice(3 * scale, -3 * scale)
    difference = np.clip(enlarged, 0, 255) - expected
    assert np.abs(difference[inner, inner]).max() <= 0.51


def test_a_collapsed_kernel_equals_its_three_parts() -> None:
    convolution = CollapsibleConvolution(3, 5)
    torch.nn.init.normal_(convolution.skip)
    image = torch.rand(1, 3, 8, 8)
    wide = functional.conv2d(image, convolution.expand[:, :, None, None])
    product = functional.conv2d(
        functional.conv2d(wide, convolution.middle, padding=1),
        convolution.project[:, :, None, None],
    )
    plain = functional.conv2d(image, convolution.plain, convolution.bias, padding=1)
    skip = functional.conv2d(image, convolution.skip[:, :, None, None])
    assert torch.allclose(convolution(image), plain + product + skip, atol=1e-5)


def test_a_shared_slope_has_the_values_and_gradients_of_prelu() -> None:
    ours, theirs = SharedPrelu(init=0.2), nn.PReLU(init=0.2)
    features = torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)
    images = [features.clone().requires_grad_() for _ in range(2)]
    outputs = [layer(one) for layer, one in zip((ours, theirs), images, strict=True)]
    for output in outputs:
        output.square().sum().backward()
    assert torch.equal(*outputs)
    gradients = [image.grad for image in images]
    assert gradients[0] is not None and gradients[1] is not None
    assert torch.allclose(gradients[0], gradients[1])
    assert ours.weight.grad is not None and theirs.weight.grad is not None
    assert ours.weight.grad.item() == pytest.approx(theirs.weight.grad.item(), rel=1e-5)


def test_interleaved_planes_are_the_pixel_shuffle_with_its_gradient() -> None:
    channels = torch.randn(2, 20, 3, 4, requires_grad=True)
    shuffled = functional.pixel_shuffle(channels, 2)
    (expected,) = torch.autograd.grad(shuffled.square().sum(), channels)
    interleaved = interleave([channels[:, plane::PLANES] for plane in range(PLANES)])
    assert torch.equal(interleaved, shuffled)
    assert torch.equal(torch.autograd.grad(interleaved.square().sum(), channels)[0], expected)


def started(family: str) -> SrresnetNetwork:
    network = build_network(family, 4, {})
    assert isinstance(network, SrresnetNetwork)
    start_as_interpolation(network, torch.rand(2, 3, 24, 24))
    return network


@pytest.mark.parametrize("family", ["srresnet", "srresnet-lite"])
def test_training_runs_folded_and_equals_the_layers_one_by_one(family: str) -> None:
    network = started(family)
    image = torch.rand(2, 3, 9, 11)
    results = []
    for layers_as_written in (False, True):
        network.train(not layers_as_written).zero_grad()
        output = network(image)
        output.square().sum().backward()
        gradients = [parameter.grad for parameter in network.parameters()]
        results.append((output.detach(), gradients))
    (folded, folded_gradients), (plain, plain_gradients) = results
    assert torch.allclose(folded, plain, atol=1e-5)
    for first, second in zip(folded_gradients, plain_gradients, strict=True):
        assert first is not None and second is not None
        assert torch.allclose(first, second, rtol=1e-3, atol=1e-3 * second.abs().max().item())


@pytest.mark.parametrize("family", ["srresnet", "srresnet-lite"])
def test_the_generators_start_near_interpolation(family: str) -> None:
    network = started(family).eval()
    small = torch.from_numpy(draw_image(3, 32)).permute(2, 0, 1)[None].float() / 255
    smooth = functional.interpolate(small, scale_factor=4, mode="bicubic")
    inner = (..., slice(16, -16), slice(16, -16))
    with torch.no_grad():
        assert (network(small) - smooth)[inner].abs().mean().item() < 0.04


def test_fixed_statistics_are_those_of_the_first_look_and_stay() -> None:
    network = started("srresnet-lite")
    norm = network.mid_norm
    assert norm.running_mean is not None and norm.running_var is not None
    measured = norm.running_mean.clone()
    assert measured.abs().sum() > 0
    network.train()(torch.rand(2, 3, 24, 24)).sum().backward()
    assert norm.running_mean.equal(measured)


def test_batch_statistics_are_still_to_be_had() -> None:
    network = build_network("srresnet-lite", 4, {"normalisation": "batch"})
    assert isinstance(network, SrresnetNetwork)
    network.train()(torch.rand(2, 3, 12, 12))
    norm = network.mid_norm
    assert norm.running_mean is not None and norm.running_mean.abs().sum() > 0
    with pytest.raises(ValueError, match="Unknown normalisation"):
        build_network("srresnet", 4, {"normalisation": "layer"})


@pytest.mark.parametrize(
    ("family", "scale", "problem"),
    [("srresnet", 2, "not by 2"), ("other", 4, "Unknown network")],
)
def test_impossible_networks_are_refused(family: str, scale: int, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        build_network(family, scale, {})
