from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from enlarger_training.losses import LOSSES, LossSettings, make_loss
from enlarger_training.losses.adversarial import (
    Discriminator,
    discriminator_loss,
    generator_loss,
)
from enlarger_training.losses.luma_psnr import LumaPsnrLoss
from enlarger_training.losses.perceptual import PerceptualLoss
from enlarger_training.losses.pixel import l1_loss, l2_loss, smooth_l1_loss, tone_loss
from enlarger_training.losses.ssim import ssim_loss
from enlarger_training.metrics.ssim import similarity

STEP = 1e-6


class TwoMaps(nn.Module):
    """A feature network with two maps."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 2, 3).double()

    def forward(self, image: Tensor) -> list[Tensor]:
        features = self.first(image)
        return [features, torch.tanh(features)]


def perceptual() -> PerceptualLoss:
    return PerceptualLoss(TwoMaps(), [1.0, 0.5])


def judged(output: Tensor, _target: Tensor) -> Tensor:
    torch.manual_seed(1)
    return generator_loss(Discriminator(width_divisor=32).double().eval()(output))


DIFFERENTIABLE: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "l1": l1_loss,
    "l2": l2_loss,
    "smooth_l1": lambda output, target: smooth_l1_loss(3 * output, 3 * target),
    "ssim": ssim_loss,
    "tone": lambda output, target: tone_loss(output.repeat(1, 1, 4, 4), target.repeat(1, 1, 4, 4)),
    "luma_psnr": LumaPsnrLoss(1e-4, 0.1),
    "perceptual": perceptual(),
    "adversarial": judged,
}


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_the_gradient_agrees_with_finite_differences(name: str) -> None:
    loss = DIFFERENTIABLE[name]
    output = torch.rand(2, 3, 16, 16, dtype=torch.float64, requires_grad=True)
    target = torch.rand(2, 3, 16, 16, dtype=torch.float64)
    direction = torch.randn_like(target)
    (gradient,) = torch.autograd.grad(loss(output, target), output)
    with torch.no_grad():
        ahead = loss(output + STEP * direction, target)
        behind = loss(output - STEP * direction, target)
    slope = ((ahead - behind) / (2 * STEP)).item()
    assert (gradient * direction).sum().item() == pytest.approx(slope, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize(
    ("loss", "value"),
    [(l1_loss, (0.5 + 2 + 0) / 3), (l2_loss, (0.25 + 4) / 3), (smooth_l1_loss, (0.125 + 1.5) / 3)],
)
def test_pixel_losses_by_hand(loss: Callable[[Tensor, Tensor], Tensor], value: float) -> None:
    output, target = torch.tensor([0.5, -1.0, 0.2]), torch.tensor([0.0, 1.0, 0.2])
    assert loss(output, target).item() == pytest.approx(value)


def test_tone_by_hand_and_it_does_not_see_detail() -> None:
    target = torch.zeros(1, 3, 64, 130)
    output = target.clone()
    output[..., 0:64:2] = 0.2
    output[..., 1:64:2] = -0.2
    assert tone_loss(output, target).item() == pytest.approx(0, abs=1e-6)
    output[:, 1, :, 64:] += 0.3
    # One of three colours in one of two squares.
    assert tone_loss(output, target).item() == pytest.approx(0.3 / 6, rel=1e-4)


def test_a_sum_of_losses_is_weighted() -> None:
    output, target = torch.rand(2, 1, 3, 64, 64)
    both = make_loss(LossSettings("l2", tone_weight=0.5))(output, target)
    expected = l2_loss(output, target) + 0.5 * tone_loss(output, target)
    assert both.item() == pytest.approx(expected.item())
    assert LossSettings("l2", tone_weight=0.5).describe() == "l2 + 0.5 tone"


def test_luma_psnr_by_hand() -> None:
    # Grey differences of 0.1 and 0 have luma differences of the same size and no colour.
    target = torch.zeros(2, 3, 4, 4)
    output = target.clone()
    output[0] += 0.1
    expected = 0.01 * (np.log(0.01 + 1e-4) + np.log(1e-4)) / 2
    assert LumaPsnrLoss(1e-4, 0.1)(output, target).item() == pytest.approx(expected, rel=1e-5)


def test_luma_psnr_punishes_colour_that_luma_does_not_see() -> None:
    target = torch.full((1, 3, 4, 4), 0.5)
    unseen = torch.tensor([128.553, -65.481, 0.0]).view(1, 3, 1, 1) / 1000
    loss = LumaPsnrLoss(1e-4, 0.1)
    colour = 0.1 * unseen.abs().mean().item()
    difference = loss(target + unseen, target).item() - loss(target, target).item()
    assert difference == pytest.approx(colour, rel=1e-4)


def test_ssim_loss_equals_the_metric() -> None:
    chance = np.random.default_rng(0)
    first, second = chance.random((2, 20, 24))
    expected = 1 - similarity(first, second, peak=1.0).ssim
    tensors = [torch.from_numpy(plane)[None, None] for plane in (first, second)]
    assert ssim_loss(*tensors).item() == pytest.approx(expected, abs=1e-9)
    assert ssim_loss(tensors[0], tensors[0]).item() == pytest.approx(0, abs=1e-9)


def test_perceptual_by_hand_and_its_network_stays_fixed() -> None:
    loss = perceptual()
    output, target = torch.rand(2, 1, 3, 8, 8, dtype=torch.float64)
    first, second = loss.feature_network(output), loss.feature_network(target)
    expected = ((first[0] - second[0]) ** 2).mean() + 0.5 * ((first[1] - second[1]) ** 2).mean()
    assert loss(output, target).item() == pytest.approx(expected.item())
    assert not any(parameter.requires_grad for parameter in loss.parameters())


def test_adversarial_by_hand() -> None:
    undecided, sure = torch.tensor([0.0]), torch.tensor([np.log(3.0)])
    assert generator_loss(undecided).item() == pytest.approx(np.log(2))
    assert generator_loss(sure).item() == pytest.approx(np.log(4 / 3))
    both = discriminator_loss(sure, undecided).item()
    assert both == pytest.approx(np.log(4 / 3) + np.log(2))


def test_every_named_loss_can_be_made() -> None:
    image = torch.rand(1, 3, 16, 16)
    for name in LOSSES:
        assert make_loss(LossSettings(name))(image, image).ndim == 0
    with pytest.raises(ValueError, match="Unknown loss"):
        make_loss(LossSettings("other"))
