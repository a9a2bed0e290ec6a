"""Exact bicubic enlargement written as the weights of one 5×5 convolution."""

import torch
from torch import Tensor


def _cubic(distance: float) -> float:
    """Keys' kernel with a = -0.5 (Keys 1981)."""
    near = abs(distance)
    if near <= 1:
        return 1.5 * near**3 - 2.5 * near**2 + 1
    if near < 2:
        return -0.5 * near**3 + 2.5 * near**2 - 4 * near + 2
    return 0.0


def bicubic_kernel(scale: int) -> Tensor:
    """Weights (3·scale², 3, 5, 5) whose pixel-shuffled output is the bicubic enlargement.

    Output channel c·scale² + row·scale + column is colour c at sub-pixel (row, column).
    """
    phases = [(index + 0.5) / scale - 0.5 for index in range(scale)]
    taps = torch.tensor([[_cubic(tap - phase) for tap in range(-2, 3)] for phase in phases])
    planes = torch.einsum("ry,cx->rcyx", taps, taps).reshape(scale * scale, 5, 5)
    weights = torch.zeros(3, scale * scale, 3, 5, 5)
    for colour in range(3):
        weights[colour, :, colour] = planes
    return weights.reshape(-1, 3, 5, 5)
