"""The protocol of the super-resolution literature, for comparing with its tables."""

from dataclasses import dataclass

from enlarger_training.imresize import Bytes
from enlarger_training.metrics.luma import luma
from enlarger_training.metrics.pixel_error import psnr_db
from enlarger_training.metrics.ssim import similarity


@dataclass(frozen=True)
class Fidelity:
    """PSNR in dB (infinite for equal images) and SSIM, both on luma."""

    psnr_db: float
    ssim: float


def measure_fidelity(enlarged: Bytes, original: Bytes, border_px: int) -> Fidelity:
    """Compares 8-bit RGB images (h, w, 3) on BT.601 luma without `border_px` at each side.

    The literature crops as many pixels as the scale.

    Raises:
        ValueError: the sizes differ or nothing is left after cropping.
    """
    inner = slice(border_px, -border_px or None)
    first, second = luma(enlarged)[inner, inner], luma(original)[inner, inner]
    return Fidelity(psnr_db(first, second), similarity(first, second).ssim)
