"""SSIM as a loss, differentiable, equal to the metric on each channel."""

import torch
from torch import Tensor
from torch.nn import functional

from enlarger_training.metrics.ssim import K1, K2, gaussian_window

# Keeps the square root's gradient finite where both windows are flat.
_MIN_VARIANCE = 1e-12


def _local_mean(images: Tensor) -> Tensor:
    channels = images.shape[1]
    window = torch.from_numpy(gaussian_window()).to(images)
    rows = window.view(1, 1, -1, 1).expand(channels, 1, -1, 1)
    columns = window.view(1, 1, 1, -1).expand(channels, 1, 1, -1)
    by_rows = functional.conv2d(images, rows, groups=channels)
    return functional.conv2d(by_rows, columns, groups=channels)


def ssim_factors(output: Tensor, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Luminance, contrast and structure of every window, (n, c, h − 10, w − 10), peak 1."""
    c1, c2 = K1**2, K2**2
    c3 = c2 / 2
    mean_x, mean_y = _local_mean(output), _local_mean(target)
    variance_x = (_local_mean(output.square()) - mean_x.square()).clamp(min=_MIN_VARIANCE)
    variance_y = (_local_mean(target.square()) - mean_y.square()).clamp(min=_MIN_VARIANCE)
    covariance = _local_mean(output * target) - mean_x * mean_y
    deviations = (variance_x * variance_y).sqrt()
    luminance = (2 * mean_x * mean_y + c1) / (mean_x.square() + mean_y.square() + c1)
    contrast = (2 * deviations + c2) / (variance_x + variance_y + c2)
    structure = (covariance + c3) / (deviations + c3)
    return luminance, contrast, structure


def ssim_loss(output: Tensor, target: Tensor) -> Tensor:
    """1 − mean of luminance · contrast · structure; sides of at least 11 px."""
    luminance, contrast, structure = ssim_factors(output, target)
    return 1 - (luminance * contrast * structure).mean()
