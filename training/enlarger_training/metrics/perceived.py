"""Measures that follow what people see: feature distance, colour shift and halos."""

import numpy as np
import torch
from torch.nn import functional

from enlarger_training.imresize import Bytes
from enlarger_training.losses.feature_network import FeatureNetwork
from enlarger_training.metrics.luma import luma
from enlarger_training.patches import to_tensor


def feature_distance(network: FeatureNetwork, enlarged: Bytes, original: Bytes) -> float:
    """Sum over feature maps of the mean squared distance between unit feature vectors.

    LPIPS (Zhang et al. 2018) with EfficientNet-Lite0 and without learned weights: 0 for
    equal images, at most 4 per map.
    """
    with torch.no_grad():
        first, second = (network(to_tensor([image])) for image in (enlarged, original))
    pairs = zip(first, second, strict=True)
    return float(sum((a - b).square().sum(dim=1).mean() for a, b in pairs))


def colour_shift(enlarged: Bytes, original: Bytes) -> float:
    """The largest difference between the means of a colour, in 8-bit steps."""
    means = [image.astype(np.float64).mean(axis=(0, 1)) for image in (enlarged, original)]
    return float(np.abs(means[0] - means[1]).max())


_HALO_REACH_PX = 4


def halo(enlarged: Bytes, original: Bytes) -> float:
    """How far luma leaves the original's range within 4 px around, mean of all pixels, 8-bit steps.

    The bright and dark seams along edges that come from too much sharpening.
    """
    made, wanted = (torch.from_numpy(luma(p))[None, None] for p in (enlarged, original))
    side = 2 * _HALO_REACH_PX + 1
    highest, lowest = (
        sign * functional.max_pool2d(sign * wanted, side, stride=1, padding=_HALO_REACH_PX)
        for sign in (1, -1)
    )
    return float(((made - highest).clamp(min=0) + (lowest - made).clamp(min=0)).mean())
