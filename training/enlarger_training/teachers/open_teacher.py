"""A teacher from its file, ready to enlarge images."""

from pathlib import Path

import torch

from enlarger_training.evaluation import Enlarge, to_bytes
from enlarger_training.imresize import Bytes, resize
from enlarger_training.patches import to_tensor
from enlarger_training.teachers.ncnn_network import read_ncnn_network


def _open_ncnn(param_file: Path) -> Enlarge:
    """In bf16: half the time of fp32, and off by a step or two of 255."""
    network = read_ncnn_network(param_file).bfloat16()
    placed = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def enlarge(small: Bytes) -> Bytes:
        image = to_tensor([small]).bfloat16().contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            enlarged = placed(image).float()
        return to_bytes(enlarged[0].permute(1, 2, 0).numpy())

    return enlarge


def at_scale(enlarge: Enlarge, scale: int) -> Enlarge:
    """The same enlargement, reduced by `imresize` if it is larger than `scale` times."""

    def enlarge_by_scale(small: Bytes) -> Bytes:
        enlarged = enlarge(small)
        height, width = (scale * side for side in small.shape[:2])
        is_exact = enlarged.shape[:2] == (height, width)
        return enlarged if is_exact else resize(enlarged, height, width)

    return enlarge_by_scale


def open_teacher(file: Path) -> Enlarge:
    """Enlargement by a network in ncnn's files (`.param`, its `.bin` next to it) or an ONNX file.

    Raises:
        ValueError: another kind of file, or an unsupported layer.
    """
    if file.suffix == ".param":
        return _open_ncnn(file)
    if file.suffix == ".onnx":
        # Imported here: onnxruntime is slow to load.
        from enlarger_training.export.enlarge import enlarge_with_file

        return enlarge_with_file(file)
    raise ValueError(f"{file.name} is not a teacher: give an ncnn .param file or an .onnx file.")
