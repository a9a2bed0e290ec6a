"""Reading pictures from folders."""

from pathlib import Path

import numpy as np
from PIL import Image

from enlarger_training.imresize import Bytes

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})


def list_pictures(folder: Path) -> list[Path]:
    """Every picture below `folder`, sorted by path.

    Raises:
        FileNotFoundError: there is none.
    """
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in _SUFFIXES)
    if not found:
        raise FileNotFoundError(f"No picture ({', '.join(sorted(_SUFFIXES))}) in {folder}.")
    return found


def read_picture(path: Path) -> Bytes:
    """The picture as (height, width, 3) 8-bit RGB; transparency is dropped."""
    with Image.open(path) as opened:
        return np.asarray(opened.convert("RGB"))


def write_picture(path: Path, picture: Bytes) -> None:
    """Writes an (height, width, 3) 8-bit RGB picture; the suffix names the format."""
    Image.fromarray(picture).save(path)
