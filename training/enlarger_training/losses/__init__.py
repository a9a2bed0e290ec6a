"""The losses that training minimises; each maps (output, target) to one number.

Images are (n, 3, h, w) RGB in 0…1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from enlarger_training.losses.feature_network import load_feature_network
from enlarger_training.losses.luma_psnr import LumaPsnrLoss
from enlarger_training.losses.perceptual import PerceptualLoss
from enlarger_training.losses.pixel import l1_loss, l2_loss, smooth_l1_loss, tone_loss
from enlarger_training.losses.ssim import ssim_loss
from enlarger_training.losses.taught import TeachingSettings

Loss = Callable[[Tensor, Tensor], Tensor]
# A map's mean of squares over channels is small where it has many; this evens them out.
MAP_WEIGHTS = (16.0, 24.0, 40.0, 80.0)
LOSSES = ("l1", "l2", "smooth_l1", "ssim", "luma_psnr")


@dataclass(frozen=True)
class LossSettings:
    """A pixel loss by name, with what `luma_psnr` needs, and what is added to it.

    Attributes:
        name: One of `LOSSES`.
        error_floor: `LumaPsnrLoss.error_floor`.
        colour_weight: `LumaPsnrLoss.colour_weight`.
        perceptual_weight: Of the distance between feature maps; 0 leaves it out.
        tone_weight: Of the distance between the means of squares, see `tone_loss`.
        adversarial_weight: Of the generator's loss against a discriminator, which
            `train` keeps; 0 leaves both out.
        teaching: For labelled folders, instead of the pixel loss and all but the adversary.
    """

    name: str = "l1"
    error_floor: float = 1e-4
    colour_weight: float = 0.1
    perceptual_weight: float = 0.0
    adversarial_weight: float = 0.0
    tone_weight: float = 0.0
    teaching: TeachingSettings | None = None

    def describe(self) -> str:
        """The sum in words, for cards."""
        parts = [self.teaching.describe() if self.teaching else self.name]
        if self.perceptual_weight > 0:
            parts.append(f"{self.perceptual_weight:g} perceptual")
        if self.adversarial_weight > 0:
            parts.append(f"{self.adversarial_weight:g} adversarial")
        if self.tone_weight > 0:
            parts.append(f"{self.tone_weight:g} tone")
        return " + ".join(parts)


class SumLoss(nn.Module):
    """A weighted sum of losses."""

    def __init__(self, parts: Sequence[tuple[float, Loss]]) -> None:
        super().__init__()
        self.parts = tuple(parts)
        # So that what they hold moves to another device with this one.
        self.modules_of_parts = nn.ModuleList(p for _, p in parts if isinstance(p, nn.Module))

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        total = output.new_zeros(())
        for weight, part in self.parts:
            total = total + weight * part(output, target)
        return total


def make_pixel_loss(settings: LossSettings) -> Loss:
    """The pixel loss that the settings name.

    Raises:
        ValueError: the name is not among `LOSSES`.
    """
    simple: dict[str, Loss] = {
        "l1": l1_loss,
        "l2": l2_loss,
        "smooth_l1": smooth_l1_loss,
        "ssim": ssim_loss,
    }
    if settings.name in simple:
        return simple[settings.name]
    if settings.name == "luma_psnr":
        return LumaPsnrLoss(settings.error_floor, settings.colour_weight)
    raise ValueError(f"Unknown loss {settings.name!r}; known: {', '.join(LOSSES)}.")


def make_loss(settings: LossSettings) -> Loss:
    """All parts but one; the adversarial one needs the run's discriminator.

    Raises:
        ValueError: the name is not among `LOSSES`.
        ModuleNotFoundError: a perceptual loss without the package of its weights.
    """
    parts: list[tuple[float, Loss]] = [(1.0, make_pixel_loss(settings))]
    if settings.perceptual_weight > 0:
        perceptual = PerceptualLoss(load_feature_network(), MAP_WEIGHTS)
        parts.append((settings.perceptual_weight, perceptual))
    if settings.tone_weight > 0:
        parts.append((settings.tone_weight, tone_loss))
    return SumLoss(parts) if len(parts) > 1 else parts[0][1]
