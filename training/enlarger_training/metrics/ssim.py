"""Structural similarity (Wang et al. 2004) and its multi-scale form (Wang et al. 2003)."""

from dataclasses import dataclass

import numpy as np

from enlarger_training.metrics.luma import Floats

WINDOW_PX = 11
SIGMA_PX = 1.5
K1, K2 = 0.01, 0.03
# Exponents of the five scales, Wang et al. 2003.
SCALE_EXPONENTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


@dataclass(frozen=True)
class Similarity:
    """Means over all windows.

    Attributes:
        luminance: Agreement of the local means.
        contrast: Agreement of the local deviations.
        structure: Correlation.
        ssim: Mean of the three factors' product.
        contrast_structure: Mean of contrast · structure, which MS-SSIM needs.
    """

    luminance: float
    contrast: float
    structure: float
    ssim: float
    contrast_structure: float


def gaussian_window() -> Floats:
    """The window of one axis, (11,), summing to 1."""
    offsets = np.arange(WINDOW_PX) - WINDOW_PX // 2
    weights = np.exp(-(offsets**2) / (2 * SIGMA_PX**2))
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _local_mean(plane: Floats) -> Floats:
    """Gaussian means of every window that is wholly inside the plane."""
    window = gaussian_window()
    rows = np.lib.stride_tricks.sliding_window_view(plane, WINDOW_PX, axis=0) @ window
    both = np.lib.stride_tricks.sliding_window_view(rows, WINDOW_PX, axis=1) @ window
    return np.asarray(both, dtype=np.float64)


def similarity(first: Floats, second: Floats, peak: float = 255.0) -> Similarity:
    """Compares two planes (h, w) in 0…peak.

    Raises:
        ValueError: the shapes differ, or a side is shorter than the window.
    """
    if first.shape != second.shape:
        raise ValueError(f"Images of different shapes: {first.shape} and {second.shape}.")
    if min(first.shape) < WINDOW_PX:
        raise ValueError(f"SSIM needs sides of at least {WINDOW_PX} px, not {first.shape}.")
    c1, c2 = (K1 * peak) ** 2, (K2 * peak) ** 2
    c3 = c2 / 2
    mean_x, mean_y = _local_mean(first), _local_mean(second)
    variance_x = np.maximum(_local_mean(first**2) - mean_x**2, 0)
    variance_y = np.maximum(_local_mean(second**2) - mean_y**2, 0)
    covariance = _local_mean(first * second) - mean_x * mean_y
    deviations = np.sqrt(variance_x * variance_y)
    luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    contrast = (2 * deviations + c2) / (variance_x + variance_y + c2)
    structure = (covariance + c3) / (deviations + c3)
    both = contrast * structure
    means = (luminance, contrast, structure, luminance * both, both)
    return Similarity(*(float(factor.mean()) for factor in means))


def _halved(plane: Floats) -> Floats:
    height, width = plane.shape[0] // 2, plane.shape[1] // 2
    cells = plane[: 2 * height, : 2 * width].reshape(height, 2, width, 2)
    return np.asarray(cells.mean(axis=(1, 3)), dtype=np.float64)


def multi_scale_ssim(first: Floats, second: Floats, peak: float = 255.0) -> float:
    """MS-SSIM on five scales.

    Raises:
        ValueError: the shapes differ, or a side is below 176 px (11 px at the fifth scale).
    """
    product = 1.0
    for index, exponent in enumerate(SCALE_EXPONENTS):
        measured = similarity(first, second, peak)
        is_coarsest = index == len(SCALE_EXPONENTS) - 1
        factor = measured.ssim if is_coarsest else measured.contrast_structure
        # A negative correlation has no real power; it means no similarity.
        product *= max(factor, 0.0) ** exponent
        first, second = _halved(first), _halved(second)
    return product
