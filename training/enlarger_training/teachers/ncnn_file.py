"""Reads the two files of an ncnn network.

`.param` is text: a magic number, two counts, then one layer per line: type, name, number of
inputs and outputs, their names, and `key=value` settings. `.bin` holds the weights in the order
of the layers: in front of each convolution's kernel a flag for its precision (fp32 or fp16),
biases and slopes as bare fp32.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

_MAGIC = "7767517"
_HALF_FLAG = 0x01306B47
_ALIGNMENT_BYTES = 4
# Keys from here down hold arrays: "-23300 - key=count,value,value".
_FIRST_ARRAY_KEY = -23300

Setting = float | list[float]


@dataclass(frozen=True)
class NcnnLayer:
    """One layer with its settings by ncnn's numbers and its weights by name."""

    kind: str
    name: str
    inputs: list[str]
    outputs: list[str]
    settings: dict[int, Setting]
    weights: dict[str, Tensor] = field(default_factory=dict)

    def number(self, key: int, default: float = 0.0) -> float:
        """A scalar setting."""
        value = self.settings.get(key, default)
        if isinstance(value, list):
            raise ValueError(f"{self.name}: setting {key} is a list, not a number.")
        return value

    def numbers(self, key: int) -> list[float]:
        """An array setting; empty if it is missing."""
        value = self.settings.get(_FIRST_ARRAY_KEY - key, [])
        return value if isinstance(value, list) else [value]


class _WeightReader:
    """Reads the `.bin` file from start to end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0

    def _read(self, kind: type[np.generic], count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self._content, kind, count, self._position)
        self._position += values.nbytes
        return values

    def floats(self, count: int) -> Tensor:
        return torch.from_numpy(self._read(np.float32, count).astype(np.float32))

    def kernel(self, count: int) -> Tensor:
        """Values behind a precision flag.

        Raises:
            ValueError: a precision other than fp32 and fp16, such as int8.
        """
        flag = int(self._read(np.uint32, 1)[0])
        if flag == 0:
            return self.floats(count)
        if flag != _HALF_FLAG:
            raise ValueError(f"The .bin file has weights of an unsupported precision ({flag:#x}).")
        values = self._read(np.float16, count).astype(np.float32)
        self._position += -self._position % _ALIGNMENT_BYTES
        return torch.from_numpy(values)

    def require_end(self) -> None:
        """Raises ValueError if weights are left: layers and weights do not belong together."""
        left = len(self._content) - self._position
        if left:
            raise ValueError(f"The .bin file has {left} bytes more than the layers need.")


def _parse_setting(text: str) -> tuple[int, Setting]:
    key_text, _, value = text.partition("=")
    key = int(key_text)
    if key <= _FIRST_ARRAY_KEY:
        return key, [float(part) for part in value.split(",")][1:]
    return key, float(value)


def _parse_layer(line: str) -> NcnnLayer:
    kind, name, inputs_text, outputs_text, *rest = line.split()
    inputs, outputs = int(inputs_text), int(outputs_text)
    names, settings = rest[: inputs + outputs], rest[inputs + outputs :]
    return NcnnLayer(
        kind, name, names[:inputs], names[inputs:], dict(_parse_setting(one) for one in settings)
    )


def _read_weights(layer: NcnnLayer, reader: _WeightReader) -> None:
    if layer.kind == "Convolution":
        outputs, side, count = (int(layer.number(key)) for key in (0, 1, 6))
        kernel = reader.kernel(count)
        layer.weights["kernel"] = kernel.view(outputs, count // (outputs * side**2), side, side)
        if layer.number(5):
            layer.weights["bias"] = reader.floats(outputs)
    elif layer.kind == "PReLU":
        layer.weights["slope"] = reader.floats(int(layer.number(0)))
    elif layer.kind == "MemoryData":
        width, height, channels = (max(int(layer.number(key)), 1) for key in (0, 1, 2))
        values = reader.floats(width * height * channels)
        layer.weights["values"] = values.view(1, channels, height, width)


def read_ncnn(param_file: Path) -> list[NcnnLayer]:
    """The layers of a network with their weights; the `.bin` file is next to the `.param` file.

    Raises:
        FileNotFoundError: one of the two is missing.
        ValueError: not ncnn's text format, or weights that do not fit the layers.
    """
    lines = [line for line in param_file.read_text(encoding="ascii").splitlines() if line.strip()]
    if len(lines) < 3 or lines[0].strip() != _MAGIC:
        raise ValueError(f"{param_file.name} is not an ncnn .param file in text format.")
    layers = [_parse_layer(line) for line in lines[2:]]
    reader = _WeightReader(param_file.with_suffix(".bin").read_bytes())
    for layer in layers:
        _read_weights(layer, reader)
    reader.require_end()
    return layers
