"""Enlarging images with an exported file."""

from pathlib import Path

import onnx

from enlarger_training.evaluation import Enlarge, to_bytes
from enlarger_training.export.agreement import open_session, run_onnx
from enlarger_training.export.graph import size_multiple
from enlarger_training.imresize import Bytes
from enlarger_training.patches import to_tensor


def enlarge_with_file(path: Path) -> Enlarge:
    """Enlargement by an ONNX file, as a whole image."""
    session = open_session(path)
    multiple_px = size_multiple(onnx.load(path))

    def enlarge(small: Bytes) -> Bytes:
        enlarged = run_onnx(session, to_tensor([small]).contiguous().numpy(), multiple_px)
        return to_bytes(enlarged[0].transpose(1, 2, 0))

    return enlarge
