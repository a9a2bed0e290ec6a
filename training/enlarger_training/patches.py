"""Random patches from a prepared folder, the same ones for the same seed and step."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from enlarger_training.degradation.degrade import degrade
from enlarger_training.degradation.settings import make_degradation
from enlarger_training.imresize import Bytes
from enlarger_training.prepare import PreparedImage

_DETAIL_LIMITS = (1.0, 30.0)


@dataclass(frozen=True)
class Sampling:
    """How often an image is drawn.

    Attributes:
        graphics_share: Share of drawings among the patches, 0…1.
        detail_power: Images are drawn in proportion to detail ** detail_power;
            0 draws all with the same chance.
        degradation: How the small patches are spoiled, one of `DEGRADATIONS`;
            `none` only reduces them.
        clean_share: Share of the patches that are only reduced all the same.
    """

    graphics_share: float = 0.2
    detail_power: float = 0.5
    degradation: str = "none"
    clean_share: float = 0.0


@dataclass(frozen=True)
class Batch:
    """Patches (n, 3, p, p) and their originals (n, 3, scale·p, scale·p), RGB in 0…1.

    Attributes:
        taught: What a teacher makes of the patches, of the originals' size; see `labels.py`.
    """

    small: Tensor
    original: Tensor
    taught: Tensor | None = None


def read_index(prepared: Path) -> list[PreparedImage]:
    """The images of a prepared folder, in the order of its arrays."""
    lines = json.loads((prepared / "index.json").read_text(encoding="utf-8"))
    return [PreparedImage(**line) for line in lines]


def drawing_chances(images: list[PreparedImage], sampling: Sampling) -> NDArray[np.float64]:
    """The chance of each image; together 1, drawings together `graphics_share`."""
    detail = np.clip([image.detail for image in images], *_DETAIL_LIMITS)
    weights = detail**sampling.detail_power
    is_graphics = np.array([image.is_graphics for image in images])
    if is_graphics.all() or not is_graphics.any():
        return np.asarray(weights / weights.sum(), dtype=np.float64)
    photographs, graphics = weights * ~is_graphics, weights * is_graphics
    share = sampling.graphics_share
    chances = (1 - share) * photographs / photographs.sum() + share * graphics / graphics.sum()
    return np.asarray(chances, dtype=np.float64)


def turn(patch: Bytes, symmetry: int) -> Bytes:
    """One of the eight flips and quarter turns of a square patch (h, w, c)."""
    if symmetry & 1:
        patch = patch[:, ::-1]
    if symmetry & 2:
        patch = patch[::-1]
    return patch.transpose(1, 0, 2) if symmetry & 4 else patch


def to_tensor(patches: list[Bytes]) -> Tensor:
    """(n, 3, h, w) in 0…1 from 8-bit (h, w, 3) patches, in channels-last memory order."""
    stacked = torch.from_numpy(np.stack(patches))
    return stacked.permute(0, 3, 1, 2).float().div_(255)


class PatchSource:
    """Draws batches that depend only on the seed and the step, so that a run resumes anywhere."""

    def __init__(self, prepared: Path, scale: int, sampling: Sampling, seed: int) -> None:
        self._images = read_index(prepared)
        self._sampling = sampling
        self._degradation = make_degradation(sampling.degradation)
        self._chances: dict[int, NDArray[np.float64]] = {}
        self._scale = scale
        self._seed = seed
        self._originals: Bytes = np.load(prepared / "hr.npy", mmap_mode="r")
        self._smalls: Bytes = np.load(prepared / f"lr{scale}.npy", mmap_mode="r")
        sizes = np.array([3 * image.width * image.height for image in self._images])
        self._starts = np.concatenate([[0], np.cumsum(sizes)])

    def _chances_for(self, patch_px: int) -> NDArray[np.float64]:
        """The chance of each image; 0 where the patch does not fit."""
        if patch_px not in self._chances:
            least_px = patch_px * self._scale
            fits = np.array([min(p.width, p.height) >= least_px for p in self._images])
            if not fits.any():
                raise ValueError(f"No image has sides of {least_px} px, which the patches need.")
            chances = drawing_chances(self._images, self._sampling) * fits
            self._chances[patch_px] = chances / chances.sum()
        return self._chances[patch_px]

    def pair(self, index: int) -> tuple[Bytes, Bytes]:
        """A whole image's reduction and original."""
        image, scale = self._images[index], self._scale
        begin, end = int(self._starts[index]), int(self._starts[index + 1])
        original = self._originals[begin:end].reshape(image.height, image.width, 3)
        small = self._smalls[begin // scale**2 : end // scale**2]
        return small.reshape(image.height // scale, image.width // scale, 3), original

    def _patch(self, index: int, side_px: int, chance: np.random.Generator) -> tuple[Bytes, Bytes]:
        small, original = self.pair(index)
        height, width = small.shape[:2]
        top = int(chance.integers(0, height - side_px + 1))
        left = int(chance.integers(0, width - side_px + 1))
        symmetry = int(chance.integers(0, 8))
        scale = self._scale
        rows = slice(top * scale, (top + side_px) * scale)
        columns = slice(left * scale, (left + side_px) * scale)
        cut = turn(original[rows, columns], symmetry)
        if self._degradation and chance.random() >= self._sampling.clean_share:
            return degrade(cut, scale, chance, self._degradation.draw(chance)), cut
        return turn(small[top : top + side_px, left : left + side_px], symmetry), cut

    def draw_pairs(self, step: int, count: int, patch_px: int) -> list[tuple[Bytes, Bytes]]:
        """Small patches and their originals of this step; `patch_px` is the side of the small ones.

        Raises:
            ValueError: every image is smaller than the patch.
        """
        chance = np.random.default_rng([self._seed, step])
        indices = chance.choice(len(self._images), count, p=self._chances_for(patch_px))
        return [self._patch(int(index), patch_px, chance) for index in indices]

    def draw(self, step: int, batch_size: int, patch_px: int) -> Batch:
        """The batch of this step; arguments and errors as in `draw_pairs`."""
        pairs = self.draw_pairs(step, batch_size, patch_px)
        return Batch(to_tensor([pair[0] for pair in pairs]), to_tensor([pair[1] for pair in pairs]))
