"""Which images of a training set are kept for measuring."""

import csv
from pathlib import Path

_INTERVAL, _OFFSET = 25, 7


def is_held_out(row: int) -> bool:
    """Whether the image in this row of the manifest (from 0) is never trained on."""
    return row % _INTERVAL == _OFFSET


def list_held_out(manifest: Path) -> list[str]:
    """File names of the held-out rows of a CSV with the column `file`."""
    with manifest.open(newline="", encoding="utf-8") as lines:
        return [
            row["file"] for index, row in enumerate(csv.DictReader(lines)) if is_held_out(index)
        ]
