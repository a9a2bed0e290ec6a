"""Luma of ITU-R BT.601, on which the super-resolution literature measures."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Weights for 8-bit R, G, B giving studio-range luma (MATLAB's rgb2ycbcr).
LUMA_WEIGHTS = (65.481, 128.553, 24.966)
LUMA_OFFSET = 16.0
LUMA_RANGE = 219.0


def luma(image: NDArray[np.uint8] | Floats) -> Floats:
    """Luma (h, w) in 16…235 of an RGB image (h, w, 3) in 0…255."""
    weights = np.asarray(LUMA_WEIGHTS) / 255
    return np.asarray(LUMA_OFFSET + image.astype(np.float64) @ weights, dtype=np.float64)
