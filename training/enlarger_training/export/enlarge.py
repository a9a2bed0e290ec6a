"""Enlarging pictures with an exported file."""

from pathlib import Path

from enlarger_training.evaluation import Enlarge, to_bytes
from enlarger_training.export.agreement import open_session, run_onnx
from enlarger_training.imresize import Bytes
from enlarger_training.patches import to_tensor


def enlarge_with_file(path: Path) -> Enlarge:
    """Enlargement by an ONNX file, as a whole picture."""
    session = open_session(path)

    def enlarge(small: Bytes) -> Bytes:
        enlarged = run_onnx(session, to_tensor([small]).contiguous().numpy())
        return to_bytes(enlarged[0].transpose(1, 2, 0))

    return enlarge
