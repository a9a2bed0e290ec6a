"""Reading images from folders."""

from pathlib import Path

import numpy as np
from PIL import Image

from enlarger_training.imresize import Bytes

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})


def list_images(folder: Path) -> list[Path]:
    """Every image below `folder`, sorted by path.

    Raises:
        FileNotFoundError: there is none.
    """
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in _SUFFIXES)
    if not found:
        raise FileNotFoundError(f"No image ({', '.join(sorted(_SUFFIXES))}) in {folder}.")
    return found


def read_image(path: Path) -> Bytes:
    """The image as (height, width, 3) 8-bit RGB; transparency is dropped."""
    with Image.open(path) as opened:
        return np.asarray(opened.convert("RGB"))


def write_image(path: Path, image: Bytes) -> None:
    """Writes an (height, width, 3) 8-bit RGB image; the suffix names the format."""
    Image.fromarray(image).save(path)
