"""The restorers: a wide view at half resolution, detail at the input's own.

enlarged = shuffle(tail(relu(fine(rough + skip(x)))) + anchor(x)) + ½, where x = image − ½ and
rough = shuffle(up(h + middle(body(h)))), h = head(x)

Recognising noise, JPEG blocks and blur takes a view of many pixels but little resolution. So the
body works on blocks of 2 × 2 pixels: a quarter of the positions, twice the view. One block at
the input's resolution adds the fine detail. `anchor` starts as bicubic enlargement and stays in
fp32 while training, so that bf16 rounding touches only what is added to it.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from enlarger_training.networks.bicubic_anchor import bicubic_kernel
from enlarger_training.networks.fast import MID_GREY

FOLDING = 2
"""The input's sides are multiples of this; other images are padded first."""

_COLOURS = 3
_ANCHOR_RADIUS_PX = 2
_QUIET_START = 0.1


class PlainBlock(nn.Module):
    """x + second(relu(first(x))), both 3×3; begins as x."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)  # type: ignore[arg-type]  # it has a bias

    def forward(self, features: Tensor) -> Tensor:
        residual: Tensor = self.second(torch.relu(self.first(features)))
        return features + residual


class RestorationNetwork(nn.Module):
    """Maps (n, 3, h, w) RGB in 0…1, h and w even, to (n, 3, scale·h, scale·w), not clamped.

    Args:
        scale: Enlargement.
        channels: Of the body, at half the resolution.
        blocks: Of the body.
        fine_channels: At the input's resolution.
    """

    def __init__(
        self, scale: int, channels: int = 96, blocks: int = 10, fine_channels: int = 48
    ) -> None:
        super().__init__()
        self.scale = scale
        phases = _COLOURS * scale**2
        folded = _COLOURS * FOLDING**2
        self.head = nn.Conv2d(folded, channels, 3, padding=1)
        self.body = nn.ModuleList(PlainBlock(channels) for _ in range(blocks))
        self.middle = nn.Conv2d(channels, channels, 3, padding=1)
        self.up = nn.Conv2d(channels, fine_channels * FOLDING**2, 3, padding=1)
        self.skip = nn.Conv2d(_COLOURS, fine_channels, 3, padding=1)
        self.fine = PlainBlock(fine_channels)
        self.tail = nn.Conv2d(fine_channels, phases, 3, padding=1)
        self.anchor = nn.Conv2d(_COLOURS, phases, 5, padding=_ANCHOR_RADIUS_PX)
        with torch.no_grad():
            self.anchor.weight.copy_(bicubic_kernel(scale))
            for bias in (self.anchor.bias, self.tail.bias):
                nn.init.zeros_(bias)  # type: ignore[arg-type]  # both have one
            self.tail.weight.mul_(_QUIET_START)

    def forward(self, image: Tensor) -> Tensor:
        centred = image - MID_GREY
        with torch.autocast(image.device.type, enabled=False):
            anchored = self.anchor(centred.float())
        first: Tensor = self.head(functional.pixel_unshuffle(centred, FOLDING))
        features = first
        for block in self.body:
            features = block(features)
        rough = functional.pixel_shuffle(self.up(first + self.middle(features)), FOLDING)
        fine = self.fine(rough + self.skip(centred))
        residual = self.tail(torch.relu(fine)).float()
        return functional.pixel_shuffle(anchored + residual, self.scale) + MID_GREY

    def context_px(self) -> int:
        """How far, in input pixels, one output pixel looks to each side.

        The three convolutions at the input's resolution look one pixel further each; those at
        half resolution one block of 2 × 2 pixels, wherever in its block the pixel is.
        """
        fine, folded = 3, 2 * len(self.body) + 3
        reaches = []
        for place in range(FOLDING):
            first_block = (place - fine) // FOLDING - folded
            last_block = (place + fine) // FOLDING + folded
            reaches += [place - FOLDING * first_block, FOLDING * (last_block + 1) - 1 - place]
        return max(reaches)


def unfold_kernel(kernel: Tensor) -> Tensor:
    """The kernel on whole pixels that equals one on folded pixels.

    A k × k convolution of `pixel_unshuffle(x, 2)` is a 2k × 2k convolution of x with stride 2.

    Args:
        kernel: (outputs, 4·inputs, k, k), folded channels ordered colour · 4 + sub-pixel.

    Returns:
        (outputs, inputs, 2k, 2k).
    """
    return functional.pixel_shuffle(kernel, FOLDING)
