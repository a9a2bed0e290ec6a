"""How near restorers come to the originals of degraded images, compared with bicubic interpolation.

PSNR and SSIM are those of the literature, on luma. The feature distance is measured by a network
that nothing was trained with. Since a restorer draws what the input has lost, it may be lower in
PSNR than bicubic interpolation and still look far better: the feature distance is the figure to
compare by, and the contact sheet the judge of it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from enlarger_training.benchmark.spoiling import SPOILINGS, spoil
from enlarger_training.evaluation import Enlarge, TestImage, enlarge_bicubic
from enlarger_training.held_out import list_held_out
from enlarger_training.images import list_images, read_image
from enlarger_training.imresize import Bytes, crop_to_multiple
from enlarger_training.losses.feature_network import FeatureNetwork
from enlarger_training.metrics.perceived import feature_distance
from enlarger_training.metrics.protocol import measure_fidelity

BICUBIC = "bicubic"
MAX_SIDE_PX = 384
# Every scale's small image is even, which networks that fold pixels into channels need.
_SIDE_MULTIPLE_PX = 24


@dataclass(frozen=True)
class SpoiledImage:
    """An original (h, w, 3) and its degraded version (h / scale, w / scale, 3)."""

    name: str
    kind: str
    small: Bytes
    original: Bytes


@dataclass(frozen=True)
class Score:
    """The result of one method for one degraded image."""

    method: str
    image: str
    kind: str
    psnr_db: float
    ssim: float
    distance: float


def crop_middle(image: Bytes) -> Bytes:
    """The middle of an image, at most 384 px a side, its sides multiples of 24 px."""
    sides = [
        min(side, MAX_SIDE_PX) // _SIDE_MULTIPLE_PX * _SIDE_MULTIPLE_PX for side in image.shape[:2]
    ]
    top, left = ((whole - side) // 2 for whole, side in zip(image.shape[:2], sides, strict=True))
    return image[top : top + sides[0], left : left + sides[1]]


def list_originals(folder: Path, manifest: Path | None, count: int | None) -> list[Path]:
    """The images to measure on: a folder's, or those that its manifest sets aside.

    Args:
        manifest: Counts for the folder that it is in; others are used whole.
        count: At most this many, spread evenly over the list; by default all.
    """
    if manifest is None or manifest.resolve().parent != folder.resolve():
        paths = list_images(folder)
    else:
        paths = [folder / name for name in list_held_out(manifest)]
    if count is None or count >= len(paths):
        return paths
    return [paths[index * len(paths) // count] for index in range(count)]


def spoil_all(paths: Sequence[Path], scale: int) -> Iterator[SpoiledImage]:
    """Every image in every kind; the number of an image, which fixes its noise, is its index."""
    for number, path in enumerate(paths):
        original = crop_middle(read_image(path))
        for kind in SPOILINGS:
            yield SpoiledImage(path.stem, kind, spoil(original, kind, scale, number), original)


def spoil_in_turn(images: Sequence[TestImage], scale: int) -> list[TestImage]:
    """Each image degraded in another of the four ways, for cards."""
    kinds = list(SPOILINGS)
    spoiled = []
    for number, image in enumerate(images):
        kind = kinds[number % len(kinds)]
        original = crop_to_multiple(image.original, 2 * scale)
        small = spoil(original, kind, scale, number)
        spoiled.append(TestImage(f"{image.name}-{kind}", small, original))
    return spoiled


def score(
    method: str, enlarged: Bytes, image: SpoiledImage, judge: FeatureNetwork, scale: int
) -> Score:
    """Compares one result with its original."""
    fidelity = measure_fidelity(enlarged, image.original, scale)
    distance = feature_distance(judge, enlarged, image.original)
    return Score(method, image.name, image.kind, fidelity.psnr_db, fidelity.ssim, distance)


def score_all(
    images: Iterable[SpoiledImage],
    methods: dict[str, Enlarge],
    judge: FeatureNetwork,
    scale: int,
    keep: Callable[[str, SpoiledImage, Bytes], None] | None = None,
) -> list[Score]:
    """Scores bicubic interpolation and every method on every image.

    Args:
        keep: Called with every result, for contact sheets.
    """
    scores = []
    for image in images:
        for method, enlarge in {BICUBIC: enlarge_bicubic(scale), **methods}.items():
            enlarged = enlarge(image.small)
            scores.append(score(method, enlarged, image, judge, scale))
            if keep:
                keep(method, image, enlarged)
    return scores


@dataclass(frozen=True)
class Summary:
    """Means of one method over one kind of spoiling, or over all.

    Attributes:
        share: Of the way from bicubic interpolation to the reference, by feature distance;
            None without a reference.
    """

    method: str
    kind: str
    psnr_db: float
    ssim: float
    distance: float
    share: float | None


def _mean(scores: Sequence[Score], method: str, kind: str | None) -> tuple[float, float, float]:
    chosen = [s for s in scores if s.method == method and kind in (None, s.kind)]
    columns = zip(*((s.psnr_db, s.ssim, s.distance) for s in chosen), strict=True)
    psnr_db, ssim, distance = (float(np.mean(column)) for column in columns)
    return psnr_db, ssim, distance


def summarise(scores: Sequence[Score], reference: str | None = None) -> list[Summary]:
    """Means by method and kind, "all" first, in the order of measuring."""
    methods = list(dict.fromkeys(s.method for s in scores))
    summaries = []
    for method in methods:
        for kind in (None, *SPOILINGS):
            psnr_db, ssim, distance = _mean(scores, method, kind)
            share = None
            if reference in methods:
                worst, best = (_mean(scores, m, kind)[2] for m in (BICUBIC, reference))
                share = (worst - distance) / (worst - best)
            summaries.append(Summary(method, kind or "all", psnr_db, ssim, distance, share))
    return summaries


def write_table(summaries: Sequence[Summary]) -> str:
    """A Markdown table: one row per method, PSNR / SSIM / feature distance (share) per kind."""
    kinds = list(dict.fromkeys(s.kind for s in summaries))
    lines = [f"| | {' | '.join(kinds)} |", "|---" * (len(kinds) + 1) + "|"]
    for method in dict.fromkeys(s.method for s in summaries):
        cells = [
            f"{s.psnr_db:.2f} / {s.ssim:.3f} / {s.distance:.3f}"
            + (f" ({100 * s.share:.0f}%)" if s.share is not None else "")
            for s in summaries
            if s.method == method
        ]
        lines.append(f"| {method} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
