"""Distance between feature maps of a fixed network (Johnson et al. 2016, Ledig et al. 2017)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class PerceptualLoss(nn.Module):
    """Weighted mean squared distance between feature maps.

    Args:
        feature_network: Maps (n, 3, h, w) in 0…1 to a list of feature maps. It is
            frozen here; gradients still flow through it to the output.
        weights: One per feature map.
    """

    def __init__(self, feature_network: nn.Module, weights: Sequence[float]) -> None:
        super().__init__()
        self.feature_network = feature_network.eval().requires_grad_(False)
        self.weights = tuple(weights)

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        output_maps = self.feature_network(output)
        with torch.no_grad():
            target_maps = self.feature_network(target)
        total = output.new_zeros(())
        for weight, first, second in zip(self.weights, output_maps, target_maps, strict=True):
            total = total + weight * (first - second).square().mean()
        return total
