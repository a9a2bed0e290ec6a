"""What people see rather than what pixels say: feature distance and colour shift."""

import numpy as np
import torch

from enlarger_training.imresize import Bytes
from enlarger_training.losses.feature_network import FeatureNetwork
from enlarger_training.patches import to_tensor


def feature_distance(network: FeatureNetwork, enlarged: Bytes, original: Bytes) -> float:
    """Sum over feature maps of the mean squared distance between unit feature vectors.

    LPIPS (Zhang et al. 2018) with EfficientNet-Lite0 and without learned weights: 0 for
    equal pictures, at most 4 per map.
    """
    with torch.no_grad():
        first, second = (network(to_tensor([picture])) for picture in (enlarged, original))
    pairs = zip(first, second, strict=True)
    return float(sum((a - b).square().sum(dim=1).mean() for a, b in pairs))


def colour_shift(enlarged: Bytes, original: Bytes) -> float:
    """The largest difference between the means of a colour, in 8-bit steps."""
    means = [picture.astype(np.float64).mean(axis=(0, 1)) for picture in (enlarged, original)]
    return float(np.abs(means[0] - means[1]).max())
