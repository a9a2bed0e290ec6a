"""Losses on pixels and on means of pixels; each is the mean over all values."""

from torch import Tensor
from torch.nn import functional

_SMOOTH_L1_TURN = 1.0
_TONE_PX = 64


def l1_loss(output: Tensor, target: Tensor) -> Tensor:
    """|f(x) − Y|, gradient ±1 per value."""
    return (output - target).abs().mean()


def l2_loss(output: Tensor, target: Tensor) -> Tensor:
    """(f(x) − Y)², gradient 2 (f(x) − Y) per value."""
    return (output - target).square().mean()


def smooth_l1_loss(output: Tensor, target: Tensor) -> Tensor:
    """0.5 d² for |d| < 1, |d| − 0.5 otherwise (Girshick 2015); gradient d inside, ±1 outside.

    With images in 0…1 no difference exceeds 1 unless the network overshoots.
    """
    size = (output - target).abs()
    inside = size.clamp(max=_SMOOTH_L1_TURN)
    return (0.5 * inside.square() + (size - inside)).mean()


def tone_loss(output: Tensor, target: Tensor) -> Tensor:
    """|mean − mean| of squares of 64 px: keeps light and colour in the large, whatever the detail.

    Squares that are cut off at the right and the bottom do not count; sides of at least 64 px.
    """
    return functional.avg_pool2d(output - target, _TONE_PX).abs().mean()
