"""Turns a folder of images into the arrays that training reads.

[Note: Prepared folder]
`hr.npy` holds the bytes of all originals, concatenated, `lr2.npy` … those of
their reductions, `index.json` where each image is and how much detail it has. Images
may have any size; each is cropped to a multiple of 12 so that it serves ×2, ×3 and ×4.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from enlarger_training.drawings import draw
from enlarger_training.held_out import list_held_out
from enlarger_training.images import list_images, read_image
from enlarger_training.imresize import Bytes, crop_to_multiple, reduce
from enlarger_training.metrics.luma import luma
from enlarger_training.progress import report_progress

SIDE_MULTIPLE_PX = 12
_MIN_SIDE_PX = 96
_GRAPHICS_FOLDER = "graphics"
_DRAWINGS_LICENCE = "MIT"


@dataclass(frozen=True)
class PreparedImage:
    """One line of `index.json`.

    Attributes:
        name: Path below the folder of images.
        is_graphics: It was in a folder named `graphics`: a drawing, not a photograph.
        width, height: Of the original, in pixels, multiples of 12.
        detail: Mean absolute difference of neighbouring luma pixels, 0…255.
        licence: From the manifest, empty without one.
    """

    name: str
    is_graphics: bool
    width: int
    height: int
    detail: float
    licence: str


@dataclass(frozen=True)
class _Arrays:
    image: PreparedImage
    original: Bytes
    reductions: list[Bytes]


def read_licences(manifest: Path | None, is_holding_out: bool = False) -> dict[str, str] | None:
    """Licence by file name from a CSV with the columns `file` and `licence`; None without one.

    Args:
        is_holding_out: Leave out the rows that are kept for measuring, see `held_out.py`.
    """
    if manifest is None:
        return None
    kept_back = set(list_held_out(manifest)) if is_holding_out else set()
    with manifest.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {row["file"]: row["licence"] for row in rows if row["file"] not in kept_back}


def measure_detail(original: Bytes) -> float:
    """Mean absolute difference of neighbouring luma pixels, over both axes."""
    plane = luma(original)
    across = np.abs(np.diff(plane, axis=1)).mean()
    down = np.abs(np.diff(plane, axis=0)).mean()
    return float(across + down) / 2


def _prepare_one(
    path: Path, folder: Path, scales: Sequence[int], licences: dict[str, str] | None
) -> _Arrays | None:
    name = path.relative_to(folder).as_posix()
    if licences is not None and name not in licences:
        return None
    original = crop_to_multiple(read_image(path), SIDE_MULTIPLE_PX)
    if min(original.shape[:2]) < _MIN_SIDE_PX:
        return None
    is_graphics = _GRAPHICS_FOLDER in path.relative_to(folder).parts
    licence = "" if licences is None else licences[name]
    return _make_arrays(name, original, scales, is_graphics, licence)


def _make_arrays(
    name: str, original: Bytes, scales: Sequence[int], is_graphics: bool, licence: str
) -> _Arrays:
    height, width = original.shape[:2]
    detail = measure_detail(original)
    image = PreparedImage(name, is_graphics, width, height, detail, licence)
    return _Arrays(image, original, [reduce(original, scale) for scale in scales])


def _draw_one(number: int, scales: Sequence[int]) -> _Arrays:
    return _make_arrays(f"drawing-{number:05d}", draw(number), scales, True, _DRAWINGS_LICENCE)


def _prepare_all(
    folder: Path,
    scales: Sequence[int],
    licences: dict[str, str] | None,
    drawings: int,
    processes: int,
) -> Iterator[_Arrays]:
    paths = list_images(folder)
    work = partial(_prepare_one, folder=folder, scales=scales, licences=licences)
    with ProcessPoolExecutor(processes) as pool:
        results = chain(
            pool.map(work, paths, chunksize=8),
            pool.map(partial(_draw_one, scales=scales), range(drawings), chunksize=8),
        )
        for done, result in enumerate(results, start=1):
            report_progress("prepare", done, len(paths) + drawings)
            if result is not None:
                yield result


def _save_flat(path: Path, images: list[Bytes]) -> None:
    flat: NDArray[np.uint8] = np.concatenate([image.ravel() for image in images])
    np.save(path, flat)


def save_prepared(
    destination: Path,
    images: list[PreparedImage],
    originals: list[Bytes],
    reductions: dict[int, list[Bytes]],
) -> None:
    """Writes a prepared folder; `reductions` by their scale."""
    destination.mkdir(parents=True, exist_ok=True)
    _save_flat(destination / "hr.npy", originals)
    for scale, smalls in reductions.items():
        _save_flat(destination / f"lr{scale}.npy", smalls)
    index_text = json.dumps([asdict(image) for image in images], indent=1)
    (destination / "index.json").write_text(index_text, encoding="utf-8")


def prepare(
    folder: Path,
    destination: Path,
    scales: Sequence[int],
    manifest: Path | None = None,
    *,
    is_holding_out: bool = False,
    drawings: int = 0,
    processes: int = 1,
) -> list[PreparedImage]:
    """Writes a prepared folder from every image of at least 96 px a side.

    Args:
        folder: Images in any arrangement; a part of the path named `graphics`
            marks drawings and screenshots.
        destination: Created when missing; see [Note: Prepared folder].
        scales: Among 2, 3, 4.
        manifest: CSV with `file` and `licence`; images it does not name are left out.
        is_holding_out: Leave out the rows that are kept for measuring, see `held_out.py`.
        drawings: How many images of `drawings.py` to add as graphics.
        processes: How many images to work on at once.

    Raises:
        FileNotFoundError: no image could be used.
    """
    licences = read_licences(manifest, is_holding_out)
    results = list(_prepare_all(folder, scales, licences, drawings, processes))
    if not results:
        raise FileNotFoundError(f"No usable image in {folder}: all too small or unnamed.")
    images = [result.image for result in results]
    originals = [result.original for result in results]
    reductions = {
        scale: [result.reductions[index] for result in results]
        for index, scale in enumerate(scales)
    }
    save_prepared(destination, images, originals, reductions)
    return images
