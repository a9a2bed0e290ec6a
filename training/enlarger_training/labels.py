"""Spoiled patches with what a teacher makes of them, for networks that learn to do the same.

[Note: Labelled folder]
A restorer learns from a large one as from a fixed function of its input. Running the teacher
costs as much as several steps of training, so its answers are stored once: each
`labels-NNN.npz` holds patches (`small`), what the teacher makes of them (`taught`) and the
originals that they were degraded from (`original`), 8-bit RGB; `labels.json` describes them.
Every patch serves in eight symmetries and with fresh noise on top.
"""

import io
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from enlarger_training.degradation.kernels import Floats, filter_image, gaussian_kernel
from enlarger_training.evaluation import Enlarge
from enlarger_training.imresize import Bytes, reduce, resize
from enlarger_training.patches import Batch, PatchSource, to_tensor, turn
from enlarger_training.progress import report_progress

PATCH_PX = 64
SHARD_PATCHES = 200
_INDEX_NAME = "labels.json"
_SYMMETRIES = 8
_GRAIN_KERNEL_PX = 7


@dataclass(frozen=True)
class LabelIndex:
    """What a labelled folder contains.

    Attributes:
        scale: Of originals and answers relative to the patches.
        teacher: File name of the teacher.
        degradation: As in `Sampling`.
        seed: That the patches were drawn with.
    """

    scale: int
    teacher: str
    degradation: str
    seed: int


def write_labels(
    source: PatchSource, teacher: Enlarge, destination: Path, index: LabelIndex, count: int
) -> int:
    """Writes at least `count` labelled patches in shards of 200; shards that exist are kept.

    Returns:
        How many patches the folder contains.
    """
    destination.mkdir(parents=True, exist_ok=True)
    (destination / _INDEX_NAME).write_text(json.dumps(asdict(index), indent=1) + "\n", "utf-8")
    shards = -(-count // SHARD_PATCHES)
    for shard in range(shards):
        path = destination / f"labels-{shard:03d}.npz"
        if not path.exists():
            _write_shard(source, teacher, path, shard)
        report_progress("label", (shard + 1) * SHARD_PATCHES, shards * SHARD_PATCHES)
    return shards * SHARD_PATCHES


def _write_shard(source: PatchSource, teacher: Enlarge, path: Path, shard: int) -> None:
    pairs = source.draw_pairs(shard, SHARD_PATCHES, PATCH_PX)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez(
            file,
            small=np.stack([small for small, _ in pairs]),
            original=np.stack([original for _, original in pairs]),
            taught=np.stack([teacher(small) for small, _ in pairs]),
        )
    os.replace(unfinished, path)


@dataclass(frozen=True)
class AddedNoise:
    """Noise on top of labelled patches: more kinds of input for no more work of the teacher.

    The answer stays the teacher's to the patch without it, which is what a restorer should make
    of the noisy one.

    Attributes:
        chance: Of a patch to get noise.
        is_kept: Answer and original have the noise too, enlarged: how a network learns to keep
            grain.
    """

    chance: float = 0.0
    is_kept: bool = False


def add_noise_to(patch: Bytes, chance: np.random.Generator) -> Bytes:
    """Strong or weak noise, coloured or grey, in some patches stronger in the light."""
    is_strong = chance.random() < 0.6
    sigma = chance.uniform(10, 30) if is_strong else chance.uniform(1, 12)
    channels = 1 if chance.random() < 0.25 else 3
    noise = chance.normal(0, sigma, (*patch.shape[:2], channels))
    if chance.random() < 0.3:
        noise = noise * np.sqrt(patch.mean(axis=2, keepdims=True) / 128 + 0.05)
    return np.clip(np.round(patch + noise), 0, 255).astype(np.uint8)


def draw_grain(patch: Bytes, chance: np.random.Generator) -> Bytes:
    """Noise of a patch around 128, as cameras and scanners leave it; half of it is coarse."""
    grain = add_noise_to(patch, chance).astype(np.float64) - patch
    if chance.random() < 0.5:
        sigma = chance.uniform(0.4, 1.1)
        grain = filter_image(grain, gaussian_kernel(_GRAIN_KERNEL_PX, (sigma, sigma), 0.0))
    return _to_bytes(grain + 128)


def _to_bytes(values: Floats) -> Bytes:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def _add_grain(image: Bytes, grain: Bytes) -> Bytes:
    """The image with the grain enlarged to its size."""
    return _to_bytes(image.astype(np.float64) + resize(grain, *image.shape[:2]) - 128)


def _compress(patch: Bytes, quality: int) -> Bytes:
    stored = io.BytesIO()
    Image.fromarray(patch).save(stored, "JPEG", quality=quality)
    with Image.open(stored) as opened:
        return np.asarray(opened.convert("RGB"))


class LabelledSource:
    """Draws batches from a labelled folder that depend only on the seed and the step.

    Args:
        folder: What `write_labels` wrote.
        scale: Of the network that learns, at most that of the labels; 2 of labels for 4 reduces
            answers and originals to half.
        noise: What is added to the patches.

    Raises:
        FileNotFoundError: not a labelled folder.
        ValueError: the labels are not for that scale.
    """

    def __init__(self, folder: Path, scale: int, noise: AddedNoise, seed: int) -> None:
        index = LabelIndex(**json.loads((folder / _INDEX_NAME).read_text("utf-8")))
        if index.scale % scale:
            raise ValueError(f"Labels for ×{index.scale} cannot teach a network for ×{scale}.")
        self._reduction = index.scale // scale
        self._scale = scale
        self._noise = noise
        self._seed = seed
        shards = [np.load(path) for path in sorted(folder.glob("labels-*.npz"))]
        self._smalls, self._originals, self._taught = (
            np.concatenate([shard[name] for shard in shards])
            for name in ("small", "original", "taught")
        )

    def _reduce(self, image: Bytes) -> Bytes:
        return image if self._reduction == 1 else reduce(image, self._reduction)

    def _spoil(
        self, small: Bytes, answers: tuple[Bytes, Bytes], chance: np.random.Generator
    ) -> tuple[Bytes, tuple[Bytes, Bytes]]:
        """The patch with noise, and original and teacher's answer as they should be then."""
        if chance.random() >= self._noise.chance:
            return small, answers
        if self._noise.is_kept:
            grain = draw_grain(small, chance)
            original, taught = (_add_grain(answer, grain) for answer in answers)
            return _add_grain(small, grain), (original, taught)
        noisy = add_noise_to(small, chance)
        if chance.random() < 0.35:
            noisy = _compress(noisy, round(chance.uniform(60, 98)))
        return noisy, answers

    def _draw_one(self, chance: np.random.Generator, patch_px: int) -> tuple[Bytes, Bytes, Bytes]:
        number = int(chance.integers(len(self._smalls)))
        symmetry = int(chance.integers(_SYMMETRIES))
        top, left = (int(chance.integers(PATCH_PX - patch_px + 1)) for _ in range(2))

        def cut(image: Bytes, scale: int) -> Bytes:
            rows = slice(top * scale, (top + patch_px) * scale)
            columns = slice(left * scale, (left + patch_px) * scale)
            return turn(image[rows, columns], symmetry)

        small = cut(self._smalls[number], 1)
        original, taught = (
            self._reduce(cut(images[number], self._scale * self._reduction))
            for images in (self._originals, self._taught)
        )
        small, (original, taught) = self._spoil(small, (original, taught), chance)
        return small, original, taught

    def draw(self, step: int, batch_size: int, patch_px: int) -> Batch:
        """The batch of this step; `patch_px` is at most 64."""
        chance = np.random.default_rng([self._seed, step])
        drawn = [self._draw_one(chance, patch_px) for _ in range(batch_size)]
        small, original, taught = (to_tensor(list(column)) for column in zip(*drawn, strict=True))
        return Batch(small, original, taught)


def is_labelled(folder: Path) -> bool:
    """Whether a folder was written by `write_labels`."""
    return (folder / _INDEX_NAME).exists()
