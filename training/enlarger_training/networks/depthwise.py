"""A 3×3 depthwise convolution with several outputs per input channel."""

from torch import Tensor, nn
from torch.nn import functional


class DepthwiseExpansion(nn.Module):
    """Maps (n, channels, h, w) to (n, channels·multiplier, h, w), zero-padded, without bias.

    Output channel c·multiplier + k sees input channel c only.
    """

    def __init__(self, channels: int, multiplier: int) -> None:
        super().__init__()
        self.channels = channels
        self.multiplier = multiplier
        grouped = nn.Conv2d(channels, channels * multiplier, 3, groups=channels, bias=False)
        self.weight = nn.Parameter(grouped.weight.detach().clone())

    def forward(self, features: Tensor) -> Tensor:
        return functional.conv2d(features, self.weight, padding=1, groups=self.channels)
