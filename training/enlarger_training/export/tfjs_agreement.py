"""Proof that a TensorFlow.js graph model computes what the ONNX file computes.

The files are read back and run by a separate interpreter, which follows
TensorFlow's definitions: channels last, DepthToSpace with sub-pixels first.
"""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from enlarger_training.export.agreement import DisagreementError, open_session, run_onnx
from enlarger_training.export.graph import INPUT_NAME, OUTPUT_NAME

MAX_TFJS_DIFFERENCE = 1e-3
_PROBE_HEIGHT_PX, _PROBE_WIDTH_PX = 18, 26
_TYPES: dict[str, Any] = {"float32": np.float32, "int32": np.int32}


def read_weights(model_file: Path) -> dict[str, Tensor]:
    """The weights that a graph model's manifest describes, by name."""
    (group,) = json.loads(model_file.read_text("utf-8"))["weightsManifest"]
    content = b"".join((model_file.parent / name).read_bytes() for name in group["paths"])
    weights, start = {}, 0
    for entry in group["weights"]:
        count = int(np.prod(entry["shape"], dtype=int))
        values = np.frombuffer(content, _TYPES[entry["dtype"]], count, start)
        weights[entry["name"]] = torch.from_numpy(values.reshape(entry["shape"]).copy())
        start += values.nbytes
    return weights


def depth_to_space(source: Tensor, size: int) -> Tensor:
    """TensorFlow's, on (n, h, w, size² · c): channels are sub-pixel · c + colour."""
    count, height, width, channels = source.shape
    split = source.reshape(count, height, width, size, size, channels // size**2)
    shape = (count, height * size, width * size, channels // size**2)
    return split.permute(0, 1, 3, 2, 4, 5).reshape(shape)


def _integers(attribute: dict[str, Any]) -> list[int]:
    return [int(value) for value in attribute["list"]["i"]]


def _same_zeros(length_px: int, taps_px: int, stride: int) -> tuple[int, int]:
    """TensorFlow's "SAME" padding of one axis: before and after, the odd zero after."""
    total = max((-(-length_px // stride) - 1) * stride + taps_px - length_px, 0)
    return total // 2, total - total // 2


def _convolve(source: Tensor, filters: Tensor, attributes: dict[str, Any]) -> Tensor:
    padding = base64.b64decode(attributes["padding"]["s"]).decode()
    is_depthwise = filters.shape[3] == 1 and filters.shape[2] == source.shape[3] > 1
    groups = filters.shape[2] if is_depthwise else 1
    kernel = filters.permute(2, 3, 0, 1) if is_depthwise else filters.permute(3, 2, 0, 1)
    dilation, stride = (_integers(attributes[name])[1] for name in ("dilations", "strides"))
    first = source.permute(0, 3, 1, 2)
    if padding == "SAME":
        taps_px = dilation * (kernel.shape[-1] - 1) + 1
        rows, columns = (_same_zeros(side, taps_px, stride) for side in first.shape[-2:])
        first = functional.pad(first, (*columns, *rows))
    result = functional.conv2d(first, kernel, stride=stride, dilation=dilation, groups=groups)
    return result.permute(0, 2, 3, 1)


# A table of operators, one line each, reads better than what the lint rules demand.
def _run_node(node: dict[str, Any], inputs: list[Tensor]) -> Tensor:  # noqa: C901, PLR0911
    attributes = node["attr"]
    match node["op"]:
        case "Conv2D" | "DepthwiseConv2dNative":
            return _convolve(inputs[0], inputs[1], attributes)
        case "BiasAdd" | "AddV2":
            return inputs[0] + inputs[1]
        case "Sub":
            return inputs[0] - inputs[1]
        case "Mul":
            return inputs[0] * inputs[1]
        case "Relu":
            return functional.relu(inputs[0])
        case "LeakyRelu":
            return functional.leaky_relu(inputs[0], attributes["alpha"]["f"])
        case "Sigmoid":
            return torch.sigmoid(inputs[0])
        case "ConcatV2":
            return torch.cat(inputs[:-1], int(inputs[-1]))
        case "Pad":
            return functional.pad(inputs[0], inputs[1].flip(0).flatten().tolist())
        case "Transpose":
            return inputs[0].permute(*inputs[1].tolist())
        case "DepthToSpace":
            return depth_to_space(inputs[0], int(attributes["block_size"]["i"]))
    raise ValueError(f"{node['name']} is a {node['op']}, which nothing here can run.")


def run_tfjs(model_file: Path, image: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, 3, scale·h, scale·w) from (n, 3, h, w), by TensorFlow's definitions."""
    values = {**read_weights(model_file), INPUT_NAME: torch.from_numpy(image)}
    for node in json.loads(model_file.read_text("utf-8"))["modelTopology"]["node"]:
        if node["name"] not in values:
            values[node["name"]] = _run_node(node, [values[name] for name in node["input"]])
    return np.asarray(values[OUTPUT_NAME].numpy(), np.float32)


def require_tfjs_agreement(model_file: Path, onnx_file: Path) -> float:
    """The largest difference on noise, sides of no round number, two images at once.

    Raises:
        DisagreementError: it exceeds `MAX_TFJS_DIFFERENCE`.
    """
    chance = np.random.default_rng(0)
    probe = chance.random((2, 3, _PROBE_HEIGHT_PX, _PROBE_WIDTH_PX), np.float32)
    expected = run_onnx(open_session(onnx_file), probe)
    difference = float(np.abs(run_tfjs(model_file, probe) - expected).max())
    # A comparison with NaN is false, so the condition tests for agreement.
    if not difference <= MAX_TFJS_DIFFERENCE:
        raise DisagreementError(
            f"{model_file.name} differs from {onnx_file.name} by {difference:.1e}, "
            f"more than {MAX_TFJS_DIFFERENCE:.0e}; it must not ship."
        )
    return difference
