"""Mean squared error and what is derived from it."""

import numpy as np

from enlarger_training.metrics.luma import Floats


def mean_squared_error(first: Floats, second: Floats) -> float:
    """Mean over all pixels of the squared difference.

    Raises:
        ValueError: the shapes differ.
    """
    if first.shape != second.shape:
        raise ValueError(f"Images of different shapes: {first.shape} and {second.shape}.")
    return float(np.mean((first - second) ** 2))


def rmse_percent(first: Floats, second: Floats, peak: float = 255.0) -> float:
    """Root mean squared error in percent of full scale."""
    return 100 * float(np.sqrt(mean_squared_error(first, second))) / peak


def psnr_db(first: Floats, second: Floats, peak: float = 255.0) -> float:
    """10·log10(peak² / MSE) in dB; infinite for identical images."""
    error = mean_squared_error(first, second)
    return float("inf") if error == 0 else float(10 * np.log10(peak**2 / error))
