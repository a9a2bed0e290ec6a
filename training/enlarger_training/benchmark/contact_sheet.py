"""A sheet on which people compare the results of methods for the same degraded images."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from enlarger_training.benchmark.restoration import SpoiledImage
from enlarger_training.benchmark.spoiling import SPOILINGS
from enlarger_training.export.strip import most_detailed_corner
from enlarger_training.images import write_image
from enlarger_training.imresize import Bytes

_GAP_PX = 4
_HEADER_PX = 16
_ROWS = 5


def draw_contact_sheet(rows: Sequence[dict[str, Bytes]], pane_px: int = 192) -> Bytes:
    """One row per image, one column per method, all at the same place of the image.

    Args:
        rows: Versions of one size by the name of their method; all rows have the same names. The
            most detailed part of the last one is shown.
        pane_px: Side of what is shown of each image.
    """
    names = list(rows[0])
    step = pane_px + _GAP_PX
    sheet = Image.new("RGB", (len(names) * step, _HEADER_PX + len(rows) * step), "white")
    pen = ImageDraw.Draw(sheet)
    for column, name in enumerate(names):
        pen.text((column * step + 2, 2), name, fill="black")
    for index, row in enumerate(rows):
        top, left = most_detailed_corner(row[names[-1]], pane_px)
        for column, name in enumerate(names):
            pane = Image.fromarray(row[name][top : top + pane_px, left : left + pane_px])
            sheet.paste(pane, (column * step, _HEADER_PX + index * step))
    return np.asarray(sheet)


class SheetCollector:
    """Keeps one kind of every image, each image another, and draws sheets of five rows.

    Args:
        folder: Where the sheets go; without it nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._rows: dict[str, dict[str, Bytes]] = {}
        self._kinds: dict[str, str] = {}

    def keep(self, method: str, image: SpoiledImage, enlarged: Bytes) -> None:
        """Takes a result; called for every method of every image, one image after the other."""
        if self._folder is None:
            return
        kinds = list(SPOILINGS)
        kind = self._kinds.setdefault(image.name, kinds[len(self._kinds) % len(kinds)])
        if image.kind == kind:
            row = self._rows.setdefault(f"{image.name}, {kind}", {})
            row[method] = enlarged
            # Taken out and put in again, so that it stays the last column.
            row.pop("original", None)
            row["original"] = image.original

    def write(self) -> list[Path]:
        """Writes `sheet-1.png` and so on, five images each; their paths."""
        if self._folder is None or not self._rows:
            return []
        self._folder.mkdir(parents=True, exist_ok=True)
        rows, paths = list(self._rows.values()), []
        for start in range(0, len(rows), _ROWS):
            path = self._folder / f"sheet-{start // _ROWS + 1}.png"
            write_image(path, draw_contact_sheet(rows[start : start + _ROWS]))
            paths.append(path)
        return paths
