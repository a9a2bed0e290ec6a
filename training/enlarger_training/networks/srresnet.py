"""The study's two generators: `srresnet` (SRGAN, Ledig et al. 2017) and `srresnet-lite`.

Convolutions have no bias while training, because batch-norm or an activation
follows; where batch-norm follows, `export` folds it in and a bias appears.
The description leaves the activation inside head and body open. LeakyReLU is the
default: it adds no parameter, as the published totals require, and runs faster
on a CPU than PReLU.
"""

from dataclasses import dataclass
from math import ceil

import torch
from torch import Tensor, nn
from torch.nn import functional

from enlarger_training.networks.activations import make_activation
from enlarger_training.networks.depthwise import DepthwiseExpansion
from enlarger_training.networks.normalised import (
    FixedBatchNorm,
    convolve_normalised,
    fold_norm,
    make_norm,
)
from enlarger_training.networks.planes import PLANES, STEP_SCALE, SharedPrelu, interleave

SCALE = 4
CHANNELS = 64
BLOCKS = 16
NORMALISATIONS = ("batch", "fixed")
# What tanh's -1…1 is stretched to, so that black and white are in its steep part.
TANH_RANGE = 2.0
_DILATIONS = (1, 2, 4, 8)
# Scale of a fresh residual: the sum of sixteen should not drown what it is added to.
_QUIET_START = 0.2


@dataclass(frozen=True)
class SrresnetDesign:
    """How the two generators differ.

    Attributes:
        head_px: Side of the first kernel.
        tail_px: Side of the last kernel.
        inner_channels: Channels between the two convolutions of a block.
        dilations: Dilation of each block's first convolution, cycled over the blocks.
            The second one stays plain: dilating both would double the context
            that every tile has to carry.
        is_depthwise_upscale: Upscale by depthwise convolutions and batch-norm.
        is_tanh_output: The last convolution is followed by tanh, and the network
            works on -1…1 instead of 0…1.
        activation: One of `ACTIVATIONS`.
        normalisation: `batch` normalises every batch by itself while training;
            `fixed` measures the statistics once, see [Note: Fixed statistics].
    """

    head_px: int
    tail_px: int
    inner_channels: int
    dilations: tuple[int, ...]
    is_depthwise_upscale: bool
    is_tanh_output: bool
    activation: str = "leaky_relu"
    normalisation: str = "fixed"

    def __post_init__(self) -> None:
        if self.normalisation not in NORMALISATIONS:
            known = ", ".join(NORMALISATIONS)
            raise ValueError(f"Unknown normalisation {self.normalisation!r}; known: {known}.")

    @property
    def is_fixed(self) -> bool:
        """Whether the statistics are measured once."""
        return self.normalisation == "fixed"

    def block_dilations(self) -> list[int]:
        """The dilation of each of the sixteen blocks."""
        return [self.dilations[index % len(self.dilations)] for index in range(BLOCKS)]


def original_design(
    tail_px: int = 9, activation: str = "leaky_relu", normalisation: str = "fixed"
) -> SrresnetDesign:
    """`srresnet`: 1,546,754 parameters."""
    return SrresnetDesign(9, tail_px, CHANNELS, (1,), False, False, activation, normalisation)


def lite_design(
    tail_px: int = 3, activation: str = "leaky_relu", normalisation: str = "fixed"
) -> SrresnetDesign:
    """`srresnet-lite`: 642,050 parameters with the 3×3 tail that the published totals belong to."""
    inner = CHANNELS // 2
    return SrresnetDesign(5, tail_px, inner, _DILATIONS, True, True, activation, normalisation)


def _convolution(inputs: int, outputs: int, side_px: int, dilation: int = 1) -> nn.Conv2d:
    padding = dilation * (side_px // 2)
    return nn.Conv2d(inputs, outputs, side_px, padding=padding, dilation=dilation, bias=False)


class SrresnetBlock(nn.Module):
    """x + norm(second(activation(norm(first(x)))))."""

    def __init__(self, design: SrresnetDesign, dilation: int) -> None:
        super().__init__()
        self.first = _convolution(CHANNELS, design.inner_channels, 3, dilation)
        self.first_norm = make_norm(design.inner_channels, design.is_fixed)
        self.activation = make_activation(design.activation)
        self.second = _convolution(design.inner_channels, CHANNELS, 3)
        self.second_norm = make_norm(CHANNELS, design.is_fixed)
        nn.init.constant_(self.second_norm.weight, _QUIET_START)

    def forward(self, features: Tensor) -> Tensor:
        inner = self.activation(convolve_normalised(features, self.first, self.first_norm))
        return features + convolve_normalised(inner, self.second, self.second_norm)


class UpscaleStep(nn.Module):
    """Doubles both sides: 64 → 256 channels, pixel shuffle, PReLU with one shared slope."""

    def __init__(self, design: SrresnetDesign) -> None:
        super().__init__()
        if design.is_depthwise_upscale:
            self.expand: nn.Module = DepthwiseExpansion(CHANNELS, PLANES)
            self.norm: nn.Module = make_norm(CHANNELS * PLANES, design.is_fixed)
        else:
            self.expand = _convolution(CHANNELS, CHANNELS * PLANES, 3)
            self.norm = nn.Identity()
        self.shuffle = nn.PixelShuffle(STEP_SCALE)
        self.activation = SharedPrelu()

    def forward(self, features: Tensor) -> Tensor:
        expand, norm = self.expand, self.norm
        is_by_planes = isinstance(norm, FixedBatchNorm) and norm.is_folding()
        if is_by_planes and isinstance(expand, DepthwiseExpansion):
            assert isinstance(norm, FixedBatchNorm)
            return self._forward_by_planes(features, *fold_norm(expand.weight, norm))
        enlarged: Tensor = self.activation(self.shuffle(norm(expand(features))))
        return enlarged

    def _forward_by_planes(self, features: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        """The same, sooner; see [Note: Planes]."""
        parts = [(kernel[k::PLANES], bias[k::PLANES]) for k in range(PLANES)]
        planes = [functional.conv2d(features, *part, padding=1, groups=CHANNELS) for part in parts]
        return interleave([self.activation(plane) for plane in planes])


class SrresnetNetwork(nn.Module):
    """Maps (n, 3, h, w) RGB in 0…1 to (n, 3, 4h, 4w), not clamped."""

    def __init__(self, design: SrresnetDesign) -> None:
        super().__init__()
        self.design = design
        self.scale = SCALE
        self.head = _convolution(3, CHANNELS, design.head_px)
        self.head_activation = make_activation(design.activation)
        self.body = nn.ModuleList(
            SrresnetBlock(design, dilation) for dilation in design.block_dilations()
        )
        self.mid = _convolution(CHANNELS, CHANNELS, 3)
        self.mid_norm = make_norm(CHANNELS, design.is_fixed)
        nn.init.constant_(self.mid_norm.weight, _QUIET_START)
        self.upscale = nn.ModuleList(UpscaleStep(design) for _ in range(2))
        self.tail = _convolution(CHANNELS, 3, design.tail_px)

    def forward(self, image: Tensor) -> Tensor:
        centred = image * 2 - 1 if self.design.is_tanh_output else image
        first: Tensor = self.head_activation(self.head(centred))
        features = first
        for block in self.body:
            features = block(features)
        features = convolve_normalised(features, self.mid, self.mid_norm) + first
        for step in self.upscale:
            features = step(features)
        output: Tensor = self.tail(features).float()
        return (TANH_RANGE * torch.tanh(output) + 1) / 2 if self.design.is_tanh_output else output

    def context_px(self) -> int:
        """How far, in input pixels, one output pixel looks to each side."""
        enlarged_reach = self.design.tail_px // 2
        for _ in self.upscale:
            # The worst sub-pixel sits at the edge of its source pixel.
            enlarged_reach = ceil(enlarged_reach / STEP_SCALE) + 1
        mid_reach = second_reach = 1
        blocks = sum(dilation + second_reach for dilation in self.design.block_dilations())
        return enlarged_reach + mid_reach + blocks + self.design.head_px // 2
