"""Reading networks of other projects from ncnn's files."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from enlarger_training.teachers.ncnn_network import UnsupportedLayerError, read_ncnn_network
from enlarger_training.teachers.open_teacher import open_teacher

_HALF_FLAG = 0x01306B47

_PARAM = """7767517
9 10
Input            data    0 1 data
Convolution      head    1 1 data head 0=4 1=3 4=1 5=1 6=108 9=2 -23310=1,0.2
Split            copies  1 2 head one two
PReLU            slopes  1 1 one bent 0=4
Eltwise          sum     2 1 bent two sum 0=1 -23301=2,0.2,1.0
BinaryOp         scaled  1 1 sum scaled 0=2 1=1 2=0.5
Interp           large   1 1 scaled large 0=1 1=2.0 2=2.0
Convolution      tail    1 1 large tail 0=12 1=1 5=0 6=48
PixelShuffle     output  1 1 tail output 0=2
"""


def _weights(chance: np.random.Generator) -> dict[str, Tensor]:
    shapes = {"head": (4, 3, 3, 3), "bias": (4,), "slopes": (4,), "tail": (12, 4, 1, 1)}
    drawn = {name: chance.normal(0, 0.5, shape) for name, shape in shapes.items()}
    return {
        name: torch.from_numpy(values.astype(np.float16)).float() for name, values in drawn.items()
    }


def write_network(
    folder: Path, param: str = _PARAM, extra: bytes = b""
) -> tuple[Path, dict[str, Tensor]]:
    """A small network: one kernel in fp16, one in fp32."""
    weights = _weights(np.random.default_rng(3))
    half = np.uint32(_HALF_FLAG).tobytes() + weights["head"].numpy().astype(np.float16).tobytes()
    half += bytes(-len(half) % 4)
    content = half + weights["bias"].numpy().tobytes() + weights["slopes"].numpy().tobytes()
    content += np.uint32(0).tobytes() + weights["tail"].numpy().tobytes() + extra
    (folder / "net.param").write_text(param, encoding="ascii")
    (folder / "net.bin").write_bytes(content)
    return folder / "net.param", weights


def test_a_network_computes_what_its_layers_say(tmp_path: Path) -> None:
    file, weights = write_network(tmp_path)
    image = torch.rand(2, 3, 6, 5)
    head = functional.conv2d(image, weights["head"], weights["bias"], padding=1)
    head = functional.leaky_relu(head, 0.2)
    total = 0.2 * functional.prelu(head, weights["slopes"]) + head
    large = functional.interpolate(0.5 * total, scale_factor=2, mode="nearest")
    expected = functional.pixel_shuffle(functional.conv2d(large, weights["tail"]), 2)
    made = read_ncnn_network(file)(image)
    assert made.shape == (2, 3, 24, 20)
    assert torch.allclose(made, expected, atol=1e-6)


def test_a_teacher_maps_bytes_to_bytes(tmp_path: Path) -> None:
    file, _ = write_network(tmp_path)
    image = np.random.default_rng(0).integers(0, 255, (6, 5, 3)).astype(np.uint8)
    enlarged = open_teacher(file)(image)
    exact = read_ncnn_network(file)(torch.from_numpy(image).permute(2, 0, 1)[None] / 255)
    expected = (exact[0].permute(1, 2, 0) * 255).clamp(0, 255).numpy()
    # bf16 has eight bits: what it rounds is small against 255, not against one step.
    assert enlarged.dtype == np.uint8
    assert np.abs(enlarged - expected).max() < 6


def test_weights_that_do_not_fit_the_layers_are_refused(tmp_path: Path) -> None:
    file, _ = write_network(tmp_path, extra=bytes(8))
    with pytest.raises(ValueError, match="8 bytes more"):
        read_ncnn_network(file)


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ("7767517", "7767518", ValueError, "not an ncnn"),
        ("PixelShuffle", "Permute     ", UnsupportedLayerError, "Permute"),
    ],
)
def test_what_cannot_be_read_is_named(
    tmp_path: Path, old: str, new: str, error: type[Exception], message: str
) -> None:
    file, _ = write_network(tmp_path, _PARAM.replace(old, new))
    with pytest.raises(error, match=message):
        read_ncnn_network(file)


def test_other_files_are_not_teachers(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.param file or an \.onnx file"):
        open_teacher(tmp_path / "net.pth")
