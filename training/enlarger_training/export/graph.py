"""Builds an ONNX graph node by node."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

INPUT_NAME = "image"
OUTPUT_NAME = "enlarged"
_OPSET = 17
# The oldest file version that supports opset 17, so that older runtimes load it.
_IR_VERSION = 8


class Pads(NamedTuple):
    """Zeros around an image, in pixels; ONNX' order."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class ConvolutionWeights:
    """A convolution as it runs, made for inputs whose sides are multiples of its stride.

    Attributes:
        kernel: (outputs, inputs per group, side, side).
        bias: (outputs,), or None.
        dilation: Distance between taps.
        groups: Number of independent groups of input channels.
        pads: Those that keep the size. None centres the kernel: its side and its stride are both
            odd or both even.
        stride: Distance between output pixels, in input pixels.
    """

    kernel: Tensor
    bias: Tensor | None = None
    dilation: int = 1
    groups: int = 1
    pads: Pads | None = None
    stride: int = 1

    def zeros_beside(self) -> Pads:
        """The padding with which the output has the input's size divided by the stride."""
        if self.pads is not None:
            return self.pads
        beside = (self.dilation * (self.kernel.shape[-1] - 1) + 1 - self.stride) // 2
        return Pads(beside, beside, beside, beside)


class GraphBuilder:
    """Adds nodes in order; every method returns the name of the tensor it makes."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: list[onnx.TensorProto] = []

    # Attributes have whatever type their operator needs; onnx checks them in `finish`.
    def _node(self, operator: str, inputs: list[str], **attributes: Any) -> str:  # noqa: ANN401
        name = f"{operator.lower()}{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def constant(self, values: Tensor) -> str:
        """A stored fp32 tensor."""
        name = f"weights{len(self._initializers)}"
        array = np.ascontiguousarray(values.detach().float().numpy())
        self._initializers.append(numpy_helper.from_array(array, name))
        return name

    def convolution(self, source: str, weights: ConvolutionWeights) -> str:
        """A zero-padded convolution; the size is divided by the stride."""
        side = weights.kernel.shape[-1]
        inputs = [source, self.constant(weights.kernel)]
        if weights.bias is not None:
            inputs.append(self.constant(weights.bias))
        return self._node(
            "Conv",
            inputs,
            kernel_shape=[side, side],
            pads=weights.zeros_beside(),
            dilations=[weights.dilation] * 2,
            **({"strides": [weights.stride] * 2} if weights.stride > 1 else {}),
            group=weights.groups,
        )

    def relu(self, source: str) -> str:
        return self._node("Relu", [source])

    def leaky_relu(self, source: str, slope: float) -> str:
        return self._node("LeakyRelu", [source], alpha=slope)

    def sigmoid(self, source: str) -> str:
        return self._node("Sigmoid", [source])

    def add(self, first: str, second: str) -> str:
        return self._node("Add", [first, second])

    def subtract(self, first: str, second: str) -> str:
        return self._node("Sub", [first, second])

    def multiply(self, first: str, second: str) -> str:
        return self._node("Mul", [first, second])

    def concatenate(self, sources: list[str]) -> str:
        """Joins along the channels."""
        return self._node("Concat", sources, axis=1)

    def shuffle(self, source: str, scale: int, is_plane_major: bool = False) -> str:
        """Pixel shuffle.

        Channels are ordered colour·scale² + sub-pixel, as PyTorch has it, or with
        `is_plane_major` sub-pixel·colours + colour.
        """
        mode = "DCR" if is_plane_major else "CRD"
        return self._node("DepthToSpace", [source], blocksize=scale, mode=mode)

    def finish(self, source: str) -> onnx.ModelProto:
        """The checked model, from `image` (n, 3, h, w) to `enlarged`, which `source` becomes."""
        for node in self._nodes:
            for index, name in enumerate(node.output):
                if name == source:
                    node.output[index] = OUTPUT_NAME
        graph = helper.make_graph(
            self._nodes,
            "enlarger",
            [helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, ["n", 3, "h", "w"])],
            [helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, ["n", 3, "H", "W"])],
            self._initializers,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = _IR_VERSION
        onnx.checker.check_model(model)
        return model


def size_multiple(model: onnx.ModelProto) -> int:
    """Of which the sides of the input have to be multiples: the strides along the graph."""
    strides = [
        max(attribute.ints)
        for node in model.graph.node
        for attribute in node.attribute
        if attribute.name == "strides"
    ]
    return int(np.prod(strides, dtype=np.int64))
