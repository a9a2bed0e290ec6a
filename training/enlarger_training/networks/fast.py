"""The `fast` family: residual blocks of plain 3×3 convolutions on the small grid.

enlarged = shuffle(tail(body(head(image − ½)), head(image − ½)) + anchor(image))

`anchor` starts as exact bicubic enlargement and stays in fp32 while training, so
that bf16 rounding touches only what is added to it. Everything runs at the small
image's size and with channel counts that fill the vector units.
"""

from math import isqrt

import torch
from torch import Tensor, nn
from torch.nn import functional

from enlarger_training.networks.bicubic_anchor import bicubic_kernel
from enlarger_training.networks.collapsible import CollapsibleConvolution

MID_GREY = 0.5
_QUIET_START = 0.1
_ANCHOR_RADIUS_PX = 2


class ResidualBlock(nn.Module):
    """x + second(relu(first(x))), both 3×3."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = CollapsibleConvolution(channels, channels)
        self.second = CollapsibleConvolution(channels, channels)

    def forward(self, features: Tensor) -> Tensor:
        residual: Tensor = self.second(torch.relu(self.first(features)))
        return features + residual


class FastNetwork(nn.Module):
    """Maps (n, 3, h, w) RGB in 0…1 to (n, 3, scale·h, scale·w), not clamped."""

    def __init__(self, scale: int, channels: int = 32, blocks: int = 8) -> None:
        super().__init__()
        self.scale = scale
        phases = 3 * scale * scale
        self.anchor = nn.Conv2d(3, phases, 5, padding=_ANCHOR_RADIUS_PX)
        self.head = CollapsibleConvolution(3, channels)
        self.body = nn.ModuleList(ResidualBlock(channels) for _ in range(blocks))
        self.tail = CollapsibleConvolution(2 * channels, phases)
        with torch.no_grad():
            self.anchor.weight.copy_(bicubic_kernel(scale))
            nn.init.zeros_(self.anchor.bias)  # type: ignore[arg-type]  # it has a bias
            self.tail.plain.mul_(_QUIET_START)

    @classmethod
    def of_weights(cls, weights: dict[str, Tensor]) -> "FastNetwork":
        """The network that these weights of a checkpoint or a shipped file belong to."""
        phases, channels = len(weights["anchor.bias"]), len(weights["head.bias"])
        blocks = sum(name.endswith(".first.bias") for name in weights)
        network = cls(isqrt(phases // 3), channels, blocks)
        network.load_state_dict(network.state_dict() | weights)
        return network

    def forward(self, image: Tensor) -> Tensor:
        with torch.autocast(image.device.type, enabled=False):
            anchored = self.anchor(image.float())
        first: Tensor = self.head(image - MID_GREY)
        features = first
        for block in self.body:
            features = block(features)
        residual = self.tail(torch.cat([features, first], dim=1))
        return functional.pixel_shuffle(anchored + residual.float(), self.scale)

    def silence_fresh_blocks(self, fresh_names: list[str]) -> None:
        """Makes blocks that start from random weights pass their input on unchanged.

        So a network grows without losing what its first weights know.
        """
        for name in fresh_names:
            if name.startswith("body.") and name.endswith(".second.plain"):
                fresh = self.get_submodule(name.removesuffix(".plain"))
                if isinstance(fresh, CollapsibleConvolution):
                    fresh.silence()

    def context_px(self) -> int:
        """How far, in input pixels, one output pixel looks to each side."""
        return max(2 * len(self.body) + 2, _ANCHOR_RADIUS_PX)


def is_of_fast_family(weights: dict[str, Tensor]) -> bool:
    """Whether weights by their names are a `fast` network's."""
    return "anchor.weight" in weights
