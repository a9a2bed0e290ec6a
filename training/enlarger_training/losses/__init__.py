"""What training minimises; every loss maps (output, target) to one number.

Pictures are (n, 3, h, w) RGB in 0…1.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from enlarger_training.losses.luma_psnr import LumaPsnrLoss
from enlarger_training.losses.pixel import l1_loss, l2_loss, smooth_l1_loss
from enlarger_training.losses.ssim import ssim_loss

Loss = Callable[[Tensor, Tensor], Tensor]
LOSSES = ("l1", "l2", "smooth_l1", "ssim", "luma_psnr")


@dataclass(frozen=True)
class LossSettings:
    """A loss by name, with what `luma_psnr` needs.

    Attributes:
        name: One of `LOSSES`.
        error_floor: `LumaPsnrLoss.error_floor`.
        colour_weight: `LumaPsnrLoss.colour_weight`.
    """

    name: str = "l1"
    error_floor: float = 1e-4
    colour_weight: float = 0.1


def make_loss(settings: LossSettings) -> Loss:
    """The loss that the settings name.

    Raises:
        ValueError: the name is none of `LOSSES`.
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
