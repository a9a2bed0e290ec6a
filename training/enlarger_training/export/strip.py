"""An image strip for a model card: the results of several methods, then the original."""

from collections.abc import Sequence

import numpy as np

from enlarger_training.evaluation import Enlarge, TestImage
from enlarger_training.imresize import Bytes

PANE_PX = 256
_GAP_PX = 4


def most_detailed_corner(image: Bytes, side_px: int) -> tuple[int, int]:
    """Top and left of the square with the strongest differences between neighbours.

    Squares are tried at every half side; an image smaller than the square gives (0, 0).
    """
    grey = image.astype(np.float64).mean(axis=2)
    detail = np.abs(np.diff(grey, axis=0))[:, :-1] + np.abs(np.diff(grey, axis=1))[:-1]
    best, corner = -1.0, (0, 0)
    for top in range(0, max(1, grey.shape[0] - side_px + 1), side_px // 2):
        for left in range(0, max(1, grey.shape[1] - side_px + 1), side_px // 2):
            strength = float(detail[top : top + side_px, left : left + side_px].mean())
            if strength > best:
                best, corner = strength, (top, left)
    return corner


def draw_strip(image: TestImage, methods: Sequence[Enlarge]) -> Bytes:
    """The most detailed 256 × 256 px of an image as each method makes it and as it was."""
    top, left = most_detailed_corner(image.original, PANE_PX)
    rows, columns = slice(top, top + PANE_PX), slice(left, left + PANE_PX)
    versions = [*(enlarge(image.small) for enlarge in methods), image.original]
    panes = [version[rows, columns] for version in versions]
    gap = np.full((panes[0].shape[0], _GAP_PX, 3), 255, dtype=np.uint8)
    parts = [part for pane in panes for part in (gap, pane)]
    return np.concatenate(parts[1:], axis=1)
