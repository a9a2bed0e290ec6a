"""Blur kernels; each is square, of odd side, not negative unless said, and sums to 1."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _offsets(side_px: int) -> tuple[Floats, Floats]:
    axis = np.arange(side_px, dtype=np.float64) - side_px // 2
    rows, columns = np.meshgrid(axis, axis, indexing="ij")
    return rows, columns


def _normalised(kernel: Floats) -> Floats:
    return np.asarray(kernel / kernel.sum(), dtype=np.float64)


def gaussian_kernel(
    side_px: int, sigmas_px: tuple[float, float], angle: float, shape: float = 1.0
) -> Floats:
    """A generalised Gaussian, exp(−½ · d^(2·shape)), d being the Mahalanobis distance.

    Args:
        side_px: Odd.
        sigmas_px: Deviations along the two axes of the ellipse.
        angle: Of the first axis, in radians, from the columns' direction.
        shape: 1 is the Gaussian; below it the tails are long, above it the top is flat.
    """
    rows, columns = _offsets(side_px)
    along = columns * np.cos(angle) + rows * np.sin(angle)
    across = -columns * np.sin(angle) + rows * np.cos(angle)
    squared = (along / sigmas_px[0]) ** 2 + (across / sigmas_px[1]) ** 2
    return _normalised(np.exp(-0.5 * squared**shape))


def plateau_kernel(
    side_px: int, sigmas_px: tuple[float, float], angle: float, shape: float
) -> Floats:
    """1 / (1 + d^(2·shape)), flat in the middle with long tails; arguments as above."""
    rows, columns = _offsets(side_px)
    along = columns * np.cos(angle) + rows * np.sin(angle)
    across = -columns * np.sin(angle) + rows * np.cos(angle)
    squared = (along / sigmas_px[0]) ** 2 + (across / sigmas_px[1]) ** 2
    return _normalised(1 / (1 + squared**shape))


def ringing_kernel(side_px: int, cutoff: float) -> Floats:
    """An ideal low-pass, windowed; it has negative parts, whose overshoot looks like ringing.

    The separable form sin(cutoff·x) / x, damped by a Hann window, in place of the
    circular one of the paper.

    Args:
        side_px: Odd.
        cutoff: Highest frequency kept, in radians per pixel, 0 < cutoff ≤ π.
    """
    axis = np.arange(side_px, dtype=np.float64) - side_px // 2
    window = 0.5 * (1 + np.cos(2 * np.pi * axis / (side_px + 1)))
    taps = np.sinc(cutoff * axis / np.pi) * window
    return _normalised(np.outer(taps, taps))


def filter_image(image: Floats, kernel: Floats) -> Floats:
    """The image (h, w, c) filtered by a kernel; beyond its edge it is mirrored.

    By Fourier transform, which for kernels of 21 px is ten times as quick as adding
    shifted images.
    """
    radius = kernel.shape[0] // 2
    padded = np.pad(image, ((radius, radius), (radius, radius), (0, 0)), mode="symmetric")
    sides = padded.shape[:2]
    spectrum = np.fft.rfft2(padded, axes=(0, 1)) * np.fft.rfft2(kernel, s=sides)[..., None]
    filtered = np.fft.irfft2(spectrum, s=sides, axes=(0, 1))
    return np.asarray(filtered[2 * radius :, 2 * radius :], dtype=np.float64)
