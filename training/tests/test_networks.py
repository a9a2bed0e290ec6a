import numpy as np
import pytest
import torch
from torch.nn import functional

from enlarger_training.imresize import resize
from enlarger_training.networks import Network, build_network
from enlarger_training.networks.bicubic_anchor import bicubic_kernel
from enlarger_training.networks.collapsible import CollapsibleConvolution
from enlarger_training.networks.counting import trained_macs, trained_parameters
from enlarger_training.networks.depthwise import DepthwiseExpansion


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
    picture = np.random.default_rng(0).integers(0, 256, (12, 12, 3)).astype(np.uint8)
    image = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
    phases = functional.conv2d(image, bicubic_kernel(scale), padding=2)
    enlarged = functional.pixel_shuffle(phases, scale)[0].permute(1, 2, 0).numpy()
    expected = resize(picture, 12 * scale, 12 * scale)
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


def test_dense_depthwise_equals_grouped_with_its_gradient() -> None:
    expansion = DepthwiseExpansion(6, 4)
    image = torch.rand(2, 6, 7, 9)
    results = []
    for runs_dense in (True, False):
        expansion.runs_dense = runs_dense
        expansion.zero_grad()
        output = expansion(image)
        output.square().sum().backward()
        assert expansion.weight.grad is not None
        results.append((output.detach(), expansion.weight.grad.clone()))
    (dense, dense_gradient), (grouped, grouped_gradient) = results
    assert torch.allclose(dense, grouped, atol=1e-6)
    assert torch.allclose(dense_gradient, grouped_gradient, rtol=1e-4)


@pytest.mark.parametrize(
    ("family", "scale", "problem"),
    [("srresnet", 2, "not by 2"), ("other", 4, "Unknown network")],
)
def test_impossible_networks_are_refused(family: str, scale: int, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        build_network(family, scale, {})
