"""Training pairs whose originals are drawn towards what other networks make of the small images.

[Note: Taught originals]
Most of the error of a nearly finished network is texture that the small image does not
hold, and its gradient is noise. What a stronger enlargement leaves out of an original is
such texture. A network that learns from a mixture of the two sees less noise
(distillation, Hinton et al. 2015). The stronger enlargement is the mean of several
networks over the eight flips and quarter turns of each image, or over the first few.
"""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from enlarger_training.evaluation import to_bytes
from enlarger_training.export.agreement import open_session, run_onnx
from enlarger_training.imresize import Bytes, resize
from enlarger_training.patches import PatchSource, Sampling, read_index, to_tensor, turn
from enlarger_training.prepare import PreparedImage, save_prepared
from enlarger_training.progress import report_progress

ALL_SYMMETRIES = 8


def turn_back(image: NDArray[np.float32], symmetry: int) -> NDArray[np.float32]:
    """Undoes `turn` on (h, w, c)."""
    if symmetry & 4:
        image = image.transpose(1, 0, 2)
    if symmetry & 2:
        image = image[::-1]
    return image[:, ::-1] if symmetry & 1 else image


def enlarge_by_all(
    teachers: list[onnxruntime.InferenceSession], small: Bytes, symmetries: int = ALL_SYMMETRIES
) -> NDArray[np.float32]:
    """Mean of all networks over the first `symmetries`, (scale·h, scale·w, 3) in 0…1."""
    enlarged = [
        turn_back(
            run_onnx(teacher, to_tensor([turn(small, symmetry)]).contiguous().numpy())[0].transpose(
                1, 2, 0
            ),
            symmetry,
        )
        for teacher in teachers
        for symmetry in range(symmetries)
    ]
    return np.clip(np.asarray(np.mean(enlarged, axis=0), np.float32), 0, 1)


def _reduced(enlarged: NDArray[np.float32], original: Bytes) -> NDArray[np.float32]:
    """In the original's size, by `imresize`, when the teachers enlarge more."""
    height, width = original.shape[:2]
    if enlarged.shape[:2] == (height, width):
        return enlarged
    return resize(to_bytes(enlarged), height, width).astype(np.float32) / 255


def teach(
    prepared: Path,
    destination: Path,
    *,
    scale: int,
    teachers: list[Path],
    share: float,
    symmetries: int = ALL_SYMMETRIES,
    count: int | None = None,
    seed: int = 0,
) -> list[PreparedImage]:
    """Writes a prepared folder for one scale; see [Note: Taught originals].

    Args:
        prepared: What `prepare` wrote.
        teachers: ONNX files of one scale, this or a larger one; what a larger one makes is reduced.
        share: Of the teachers in the new originals, 0…1.
        symmetries: Flips and turns of each image that the teachers enlarge, 1…8.
        count: Images to take, chosen by `seed`; all without it.
    """
    source = PatchSource(prepared, scale, Sampling(), seed)
    index = read_index(prepared)
    order = np.random.default_rng(seed).permutation(len(index))[:count]
    chosen = sorted(int(number) for number in order)
    sessions = [open_session(path) for path in teachers]
    smalls, originals = [], []
    for done, number in enumerate(chosen, start=1):
        small, original = source.pair(number)
        taught = _reduced(enlarge_by_all(sessions, small, symmetries), original)
        mixed = (1 - share) * original.astype(np.float32) + share * 255 * taught
        smalls.append(small)
        originals.append(np.clip(np.round(mixed), 0, 255).astype(np.uint8))
        report_progress("teach", done, len(chosen))
    images = [index[number] for number in chosen]
    save_prepared(destination, images, originals, {scale: smalls})
    return images
