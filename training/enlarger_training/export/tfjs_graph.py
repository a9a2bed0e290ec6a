"""An ONNX file of ours as a TensorFlow.js graph model.

TensorFlow's convolutions want the channels last, so the graph turns its input and
its output around; from outside both files are the same: `image` (n, 3, h, w) becomes
`enlarged`.

[Note: Channel order of a shuffle]
TensorFlow's DepthToSpace orders channels sub-pixel · colours + colour, ours mostly
colour · scale² + sub-pixel. What makes those channels is re-ordered instead: the
filters and biases of the convolutions before the shuffle. A file without that is of
the right size and looks like a torn image; `tfjs_agreement.py` refuses it.
"""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from enlarger_training.export.graph import INPUT_NAME, OUTPUT_NAME

Array = NDArray[Any]
Json = dict[str, Any]

_TYPES = {np.dtype(np.float32): ("float32", "DT_FLOAT"), np.dtype(np.int32): ("int32", "DT_INT32")}
_UNARY = {"Relu": "Relu", "LeakyRelu": "LeakyRelu", "Sigmoid": "Sigmoid"}
_BINARY = {"Add": "AddV2", "Sub": "Sub", "Mul": "Mul"}
_CHANNEL_AXIS = 1


class UnsupportedGraphError(ValueError):
    """The graph has something that this exporter does not know."""


@dataclass(frozen=True)
class TfjsGraph:
    """A graph model: `model.json` without its weights manifest, and the weights in order."""

    topology: Json
    signature: Json
    weights: dict[str, Array]


def _text(value: str) -> Json:
    return {"s": base64.b64encode(value.encode()).decode()}


def _numbers(values: list[int]) -> Json:
    return {"list": {"i": [str(value) for value in values]}}


def _shape(sizes: list[int]) -> Json:
    return {"dim": [{"size": str(size)} for size in sizes]}


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {item.name: helper.get_attribute_value(item) for item in node.attribute}


def channels_for_depth_to_space(channels: int, scale: int) -> NDArray[np.int64]:
    """For each channel that TensorFlow expects, which of PyTorch's it is."""
    return np.arange(channels).reshape(-1, scale * scale).T.reshape(-1)


class TfjsExporter:
    """Translates one model; create one for each."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._graph = model.graph
        self._constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
        self._makers = {name: node for node in model.graph.node for name in node.output}
        self._users = [name for node in model.graph.node for name in node.input]
        self._orders: dict[str, NDArray[np.int64]] = {}
        self._nodes: list[Json] = []
        self._weights: dict[str, Array] = {}

    def export(self) -> TfjsGraph:
        """The graph model.

        Raises:
            UnsupportedGraphError: names the node.
        """
        for node in self._graph.node:
            if node.op_type == "DepthToSpace" and _attributes(node).get("mode") == b"CRD":
                self._reorder_for(node)
        sizes = [-1, 3, -1, -1]
        shape = {"shape": {"shape": _shape(sizes)}, "dtype": {"type": "DT_FLOAT"}}
        self._nodes.append({"name": INPUT_NAME, "op": "Placeholder", "attr": shape})
        self._turn(INPUT_NAME, self._inner(INPUT_NAME), [0, 2, 3, 1])
        for node in self._graph.node:
            self._translate(node)
        self._turn(self._inner(OUTPUT_NAME), OUTPUT_NAME, [0, 3, 1, 2])
        return TfjsGraph(
            {"node": self._nodes, "versions": {}},
            {
                "inputs": {INPUT_NAME: self._port(INPUT_NAME)},
                "outputs": {OUTPUT_NAME: self._port(OUTPUT_NAME)},
            },
            self._weights,
        )

    @staticmethod
    def _port(name: str) -> Json:
        return {"name": f"{name}:0", "dtype": "DT_FLOAT", "tensorShape": _shape([-1, 3, -1, -1])}

    @staticmethod
    def _inner(name: str) -> str:
        """Input and output have the channels last inside; all other names stay."""
        return f"{name}/channels_last" if name in {INPUT_NAME, OUTPUT_NAME} else name

    def _reorder_for(self, shuffle: onnx.NodeProto) -> None:
        source = shuffle.input[0]
        scale = _attributes(shuffle)["blocksize"]
        self._reorder(source, lambda channels: channels_for_depth_to_space(channels, scale))

    def _reorder(self, name: str, order: Any) -> None:  # noqa: ANN401 - a function of the count
        """Makes the convolutions behind a tensor compute its channels in another order."""
        constant = self._constants.get(name)
        if constant is not None and constant.size == 1:
            return
        node = self._makers.get(name)
        if node is None or self._users.count(name) != 1:
            raise UnsupportedGraphError(f"The channels of {name} cannot be re-ordered.")
        if node.op_type == "Conv":
            self._orders[name] = order(self._constants[node.input[1]].shape[0])
        elif node.op_type in _UNARY:
            self._reorder(node.input[0], order)
        elif node.op_type in _BINARY:
            for source in node.input:
                self._reorder(source, order)
        else:
            raise UnsupportedGraphError(f"{node.name} stands between convolution and shuffle.")

    def _add(self, name: str, operator: str, inputs: list[str], attributes: Json) -> None:
        attr = {"T": {"type": "DT_FLOAT"}, **attributes}
        self._nodes.append({"name": name, "op": operator, "input": inputs, "attr": attr})

    def _constant(self, name: str, values: Array) -> str:
        if name in self._weights:
            return name
        values = np.ascontiguousarray(values)
        _, dtype = _TYPES[values.dtype]
        tensor = {"dtype": dtype, "tensorShape": _shape(list(values.shape))}
        attr = {"dtype": {"type": dtype}, "value": {"tensor": tensor}}
        self._nodes.append({"name": name, "op": "Const", "attr": attr})
        self._weights[name] = values
        return name

    def _turn(self, source: str, name: str, axes: list[int]) -> None:
        order = self._constant(f"{name}/axes", np.array(axes, np.int32))
        self._add(name, "Transpose", [source, order], {"Tperm": {"type": "DT_INT32"}})

    def _operand(self, name: str) -> str:
        """An input that may be a constant: a single number, or one number for each channel."""
        values = self._constants.get(name)
        if values is None:
            return self._inner(name)
        if values.size == 1:
            return self._constant(name, values.reshape(()))
        if values.shape[-2:] != (1, 1) or values.size != values.shape[-3]:
            raise UnsupportedGraphError(f"The constant {name} has the shape {values.shape}.")
        return self._constant(name, values.reshape(-1))

    def _translate(self, node: onnx.NodeProto) -> None:
        operator, name = node.op_type, self._inner(node.output[0])
        attributes = _attributes(node)
        if operator == "Conv":
            self._convolution(node, name, attributes)
        elif operator in _UNARY:
            slope = {"alpha": {"f": attributes["alpha"]}} if operator == "LeakyRelu" else {}
            self._add(name, _UNARY[operator], [self._inner(node.input[0])], slope)
        elif operator in _BINARY:
            self._add(name, _BINARY[operator], [self._operand(one) for one in node.input], {})
        elif operator == "Concat" and attributes["axis"] == _CHANNEL_AXIS:
            axis = self._constant(f"{name}/axis", np.array(3, np.int32))
            count = {"N": {"i": str(len(node.input))}, "Tidx": {"type": "DT_INT32"}}
            self._add(name, "ConcatV2", [*map(self._inner, node.input), axis], count)
        elif operator == "DepthToSpace":
            size = {"block_size": {"i": str(attributes["blocksize"])}}
            form = {"data_format": _text("NHWC")}
            self._add(name, operator, [self._inner(node.input[0])], {**size, **form})
        else:
            raise UnsupportedGraphError(f"{node.name} is a {operator}.")

    def _convolution(self, node: onnx.NodeProto, name: str, attributes: dict[str, Any]) -> None:
        kernel, biases = (
            self._constants[node.input[1]],
            [self._constants[i] for i in node.input[2:]],
        )
        groups, dilation = attributes.get("group", 1), attributes.get("dilations", [1, 1])
        strides = attributes.get("strides", [1, 1])
        taps_beside = kernel.shape[-1] - strides[0]
        source, padding = self._padded(node, name, taps_beside, attributes)
        order = self._orders.get(node.output[0], np.arange(kernel.shape[0]))
        settings = {
            "strides": _numbers([1, *strides, 1]),
            "dilations": _numbers([1, *dilation, 1]),
            "padding": _text(padding),
            "data_format": _text("NHWC"),
        }
        if groups == 1:
            operator, filters = "Conv2D", kernel[order].transpose(2, 3, 1, 0)
        elif groups == kernel.shape[0] and kernel.shape[1] == 1:
            operator, filters = "DepthwiseConv2dNative", kernel.transpose(2, 3, 0, 1)
        else:
            raise UnsupportedGraphError(f"{node.name} has {groups} groups.")
        inputs = [source, self._constant(f"{name}/filters", filters)]
        if not biases:
            self._add(name, operator, inputs, settings)
            return
        self._add(f"{name}/product", operator, inputs, settings)
        bias = self._constant(f"{name}/bias", biases[0][order])
        form = {"data_format": _text("NHWC")}
        self._add(name, "BiasAdd", [f"{name}/product", bias], form)

    def _padded(
        self, node: onnx.NodeProto, name: str, taps_beside: int, attributes: dict[str, Any]
    ) -> tuple[str, str]:
        """What a convolution takes, and TensorFlow's name for the padding that is left to it.

        TensorFlow's "SAME" centres a kernel; another position needs explicit zeros.
        """
        source = self._inner(node.input[0])
        vertical, horizontal = (taps_beside * d for d in attributes.get("dilations", [1, 1]))
        top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
        if (top + bottom, left + right) != (vertical, horizontal):
            raise UnsupportedGraphError(f"{node.name} changes the size.")
        if top == bottom and left == right:
            return source, "SAME"
        margins = np.array([[0, 0], [top, bottom], [left, right], [0, 0]], np.int32)
        inputs = [source, self._constant(f"{name}/margins", margins)]
        self._add(f"{name}/padded", "Pad", inputs, {"Tpaddings": {"type": "DT_INT32"}})
        return f"{name}/padded", "VALID"
