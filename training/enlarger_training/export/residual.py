"""Where a restorer's files contain the weights of what it adds to interpolation.

The program scales them for a strength below 1; see `residual` in `core/models/manifest.ts`.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from enlarger_training.export.tfjs_graph import TfjsExporter

_FLOAT_BYTES = 4


def residual_convolution(model: onnx.ModelProto) -> onnx.NodeProto:
    """The convolution whose output is added to the anchor's by the graph's last addition."""
    makers = {name: node for node in model.graph.node for name in node.output}
    last = [node for node in model.graph.node if node.op_type == "Add"][-1]
    convolution: onnx.NodeProto = makers[last.input[0]]
    if convolution.op_type != "Conv":
        raise ValueError(f"The residual is made by a {convolution.op_type}, not by a convolution.")
    return convolution


def _locate(content: bytes, values: bytes) -> int:
    """Where the values are in a file, which holds them once."""
    if content.count(values) != 1:
        raise ValueError("The residual's weights are not in the file exactly once.")
    return content.index(values)


def describe_residual(
    model: onnx.ModelProto, onnx_file: Path, tfjs_weights: Path
) -> list[dict[str, object]]:
    """The manifest's entries for both engines' files."""
    convolution = residual_convolution(model)
    stored = {item.name: item for item in model.graph.initializer}
    content = onnx_file.read_bytes()
    entries: list[tuple[str, int, int]] = []
    for name in convolution.input[1:]:
        values = numpy_helper.to_array(stored[name]).astype(np.float32).tobytes()
        entries.append((onnx_file.name, _locate(content, values), len(values)))
    wanted = {f"{convolution.output[0]}/{part}" for part in ("filters", "bias")}
    start = 0
    for name, array in TfjsExporter(model).export().weights.items():
        if name in wanted:
            entries.append((tfjs_weights.name, start, array.nbytes))
        start += array.nbytes
    return [
        {"path": path, "byteOffset": offset, "count": size // _FLOAT_BYTES}
        for path, offset, size in entries
    ]
