"""Proof that an exported file computes what the trained network computes."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import nn

from enlarger_training.export.graph import INPUT_NAME, OUTPUT_NAME

MAX_DIFFERENCE = 1e-4
_PROBE_HEIGHT_PX, _PROBE_WIDTH_PX = 38, 50


class DisagreementError(RuntimeError):
    """The exported file and the trained network differ by more than `MAX_DIFFERENCE`."""


def open_session(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """The file, ready to run on the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def run_onnx(
    session: onnxruntime.InferenceSession, image: NDArray[np.float32], multiple_px: int = 1
) -> NDArray[np.float32]:
    """(n, 3, scale·h, scale·w) from (n, 3, h, w).

    Args:
        multiple_px: Of which the network needs its input's sides to be; other images are
            extended at the right and the bottom by repeating their edge, as the program does.
    """
    height, width = image.shape[-2:]
    missing = [(0, -side % multiple_px) for side in (height, width)]
    extended = np.pad(image, [(0, 0), (0, 0), *missing], mode="edge")
    (output,) = session.run([OUTPUT_NAME], {INPUT_NAME: extended})
    scale = output.shape[-2] // extended.shape[-2]
    return np.asarray(output[..., : scale * height, : scale * width], dtype=np.float32)


def largest_difference(network: nn.Module, path: Path) -> float:
    """Largest absolute difference on a smooth gradient with noise, sides of no round number."""
    generator = torch.Generator().manual_seed(0)
    ramp = torch.linspace(0, 1, _PROBE_WIDTH_PX).expand(2, 3, _PROBE_HEIGHT_PX, -1)
    noise = torch.rand(ramp.shape, generator=generator)
    probe = 0.5 * (ramp + noise)
    network.eval()
    with torch.no_grad():
        expected: NDArray[np.float32] = network(probe).numpy()
    return float(np.abs(run_onnx(open_session(path), probe.numpy()) - expected).max())


def require_agreement(network: nn.Module, path: Path) -> float:
    """The largest difference.

    Raises:
        DisagreementError: it exceeds `MAX_DIFFERENCE`.
    """
    difference = largest_difference(network, path)
    # A comparison with NaN is false, so the condition tests for agreement.
    if not difference <= MAX_DIFFERENCE:
        raise DisagreementError(
            f"{path.name} differs from the trained network by {difference:.1e}, "
            f"more than {MAX_DIFFERENCE:.0e}; it must not ship."
        )
    return difference
