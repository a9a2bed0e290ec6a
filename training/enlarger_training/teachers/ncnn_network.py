"""Runs a network that was read from ncnn's files."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from enlarger_training.teachers.ncnn_file import NcnnLayer, read_ncnn

_INTERPOLATIONS = {1: "nearest", 2: "bilinear", 3: "bicubic"}
_ARITHMETIC: dict[int, Callable[[Tensor, Tensor | float], Tensor]] = {
    0: torch.add,
    1: torch.sub,
    2: torch.mul,
    3: torch.div,
}
_RELU, _LEAKY_RELU = 1, 2


class UnsupportedLayerError(ValueError):
    """The network has a layer, or a setting of one, that is not implemented here."""


def _activate(layer: NcnnLayer, features: Tensor) -> Tensor:
    """The activation that ncnn fused into a convolution."""
    activation = int(layer.number(9))
    if activation == 0:
        return features
    if activation == _RELU:
        return torch.relu(features)
    if activation == _LEAKY_RELU:
        return functional.leaky_relu(features, layer.numbers(10)[0])
    raise UnsupportedLayerError(f"{layer.name} has the activation {activation}.")


def _convolve(layer: NcnnLayer, inputs: list[Tensor], weights: dict[str, Tensor]) -> Tensor:
    dilation, stride, padding = (int(layer.number(*key)) for key in ((2, 1), (3, 1), (4, 0)))
    convolved = functional.conv2d(
        inputs[0], weights["kernel"], weights.get("bias"), stride, padding, dilation
    )
    return _activate(layer, convolved)


def _combine(layer: NcnnLayer, inputs: list[Tensor], _: dict[str, Tensor]) -> Tensor:
    """Eltwise: a sum, weighted if the layer has coefficients."""
    if int(layer.number(0)) != 1:
        raise UnsupportedLayerError(f"{layer.name} combines its inputs in another way than a sum.")
    coefficients = layer.numbers(1) or [1.0] * len(inputs)
    weighted = [factor * one for factor, one in zip(coefficients, inputs, strict=True)]
    return torch.stack(weighted).sum(dim=0) if len(weighted) > 2 else weighted[0] + weighted[-1]


def _calculate(layer: NcnnLayer, inputs: list[Tensor], _: dict[str, Tensor]) -> Tensor:
    """BinaryOp: with a second input or with a number."""
    operation = _ARITHMETIC.get(int(layer.number(0)))
    if operation is None:
        raise UnsupportedLayerError(f"{layer.name} has the operation {layer.number(0):g}.")
    return operation(inputs[0], layer.number(2) if layer.number(1) else inputs[1])


def _interpolate(layer: NcnnLayer, inputs: list[Tensor], _: dict[str, Tensor]) -> Tensor:
    mode = _INTERPOLATIONS.get(int(layer.number(0)))
    if mode is None:
        raise UnsupportedLayerError(f"{layer.name} interpolates in the mode {layer.number(0):g}.")
    factors = (layer.number(1, 1.0), layer.number(2, 1.0))
    corners = None if mode == "nearest" else bool(layer.number(6))
    return functional.interpolate(inputs[0], scale_factor=factors, mode=mode, align_corners=corners)


_LAYERS: dict[str, Callable[[NcnnLayer, list[Tensor], dict[str, Tensor]], Tensor]] = {
    "BinaryOp": _calculate,
    "Concat": lambda _, inputs, __: torch.cat(inputs, dim=1),
    "Convolution": _convolve,
    "Eltwise": _combine,
    "Interp": _interpolate,
    "MemoryData": lambda _, __, weights: weights["values"],
    "PReLU": lambda _, inputs, weights: functional.prelu(inputs[0], weights["slope"]),
    "PixelShuffle": lambda layer, inputs, _: functional.pixel_shuffle(
        inputs[0], int(layer.number(0))
    ),
    "ReLU": lambda layer, inputs, _: functional.leaky_relu(inputs[0], layer.number(0)),
    "Sigmoid": lambda _, inputs, __: torch.sigmoid(inputs[0]),
    "Split": lambda _, inputs, __: inputs[0],
    "Swish": lambda _, inputs, __: functional.silu(inputs[0]),
}


class NcnnNetwork(nn.Module):
    """Maps (n, 3, h, w) in 0…1 to what the network's last layer gives.

    Raises:
        UnsupportedLayerError: a layer of an unknown type.
    """

    def __init__(self, layers: list[NcnnLayer]) -> None:
        super().__init__()
        self._layers = [layer for layer in layers if layer.kind != "Input"]
        self._input = next(layer.outputs[0] for layer in layers if layer.kind == "Input")
        unknown = sorted({layer.kind for layer in self._layers} - _LAYERS.keys())
        if unknown:
            raise UnsupportedLayerError(f"Unsupported ncnn layers: {', '.join(unknown)}.")
        for index, layer in enumerate(self._layers):
            for name, values in layer.weights.items():
                self.register_buffer(f"{name}{index}", values)

    def forward(self, image: Tensor) -> Tensor:
        tensors = {self._input: image}
        result = image
        for index, layer in enumerate(self._layers):
            weights = {name: self.get_buffer(f"{name}{index}") for name in layer.weights}
            inputs = [tensors[name] for name in layer.inputs]
            result = _LAYERS[layer.kind](layer, inputs, weights)
            tensors.update(dict.fromkeys(layer.outputs, result))
        return result


def read_ncnn_network(param_file: Path) -> NcnnNetwork:
    """The network of a `.param` file, in evaluation mode; errors as in `read_ncnn`."""
    return NcnnNetwork(read_ncnn(param_file)).eval()
