"""A sheet on which people compare what methods made of the same spoiled images."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from enlarger_training.export.strip import most_detailed_corner
from enlarger_training.imresize import Bytes

_GAP_PX = 4
_HEADER_PX = 16


def draw_contact_sheet(
    rows: Sequence[dict[str, Bytes]], pane_px: int = 192, places: Sequence[Bytes] | None = None
) -> Bytes:
    """One row per image, one column per method, all at the same place of the image.

    Args:
        rows: Versions of one size by the name of their method; all rows have the same names.
        pane_px: Side of what is shown of each image.
        places: For each row, the image whose most detailed part is shown; the last column
            without it.
    """
    names = list(rows[0])
    step = pane_px + _GAP_PX
    sheet = Image.new("RGB", (len(names) * step, _HEADER_PX + len(rows) * step), "white")
    pen = ImageDraw.Draw(sheet)
    for column, name in enumerate(names):
        pen.text((column * step + 2, 2), name, fill="black")
    for index, row in enumerate(rows):
        guide = places[index] if places else row[names[-1]]
        top, left = most_detailed_corner(guide, pane_px)
        for column, name in enumerate(names):
            pane = Image.fromarray(row[name][top : top + pane_px, left : left + pane_px])
            sheet.paste(pane, (column * step, _HEADER_PX + index * step))
    return np.asarray(sheet)
