"""Parameters and multiply-accumulates recounted from an ONNX file."""

from dataclasses import dataclass

import onnx
from onnx import numpy_helper, shape_inference

from enlarger_training.export.graph import INPUT_NAME
from enlarger_training.networks.counting import COUNTING_SIDE_PX


@dataclass(frozen=True)
class Costs:
    """Of the graph that runs.

    Attributes:
        parameters: Weights and biases of all convolutions.
        macs: Convolution weights × output pixels, for a 3 × 64 × 64 input.
    """

    parameters: int
    macs: int


def _with_fixed_input(model: onnx.ModelProto, side_px: int) -> onnx.ModelProto:
    fixed = onnx.ModelProto()
    fixed.CopyFrom(model)
    (image,) = [value for value in fixed.graph.input if value.name == INPUT_NAME]
    for dimension, size in zip(
        image.type.tensor_type.shape.dim, (1, 3, side_px, side_px), strict=True
    ):
        dimension.dim_value = size
    return shape_inference.infer_shapes(fixed, strict_mode=True)


def count_costs(model: onnx.ModelProto, side_px: int = COUNTING_SIDE_PX) -> Costs:
    """Counts the convolutions of a model, for an input of 3 × side × side."""
    inferred = _with_fixed_input(model, side_px)
    sizes = {item.name: numpy_helper.to_array(item).size for item in model.graph.initializer}
    shapes = {
        value.name: [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        for value in [*inferred.graph.value_info, *inferred.graph.output]
    }
    parameters = macs = 0
    for node in inferred.graph.node:
        if node.op_type != "Conv":
            continue
        height, width = shapes[node.output[0]][-2:]
        parameters += sum(sizes[name] for name in node.input[1:])
        macs += sizes[node.input[1]] * height * width
    return Costs(parameters, macs)
