"""A 3×3 depthwise convolution with several outputs per input channel."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class DepthwiseExpansion(nn.Module):
    """Maps (n, channels, h, w) to (n, channels·multiplier, h, w), zero-padded, without bias.

    Output channel c·multiplier + k sees input channel c only.

    [Note: Dense depthwise]
    Grouped convolutions with a multiplier are badly supported on CPUs. The same
    result comes from a dense convolution whose kernel is zero outside the blocks
    of its diagonal: 64 times the arithmetic, and still less than half the time
    of a training step of `srresnet-lite`.
    """

    def __init__(self, channels: int, multiplier: int, runs_dense: bool = True) -> None:
        super().__init__()
        self.channels = channels
        self.multiplier = multiplier
        self.runs_dense = runs_dense
        grouped = nn.Conv2d(channels, channels * multiplier, 3, groups=channels, bias=False)
        self.weight = nn.Parameter(grouped.weight.detach().clone())

    def dense_kernel(self) -> Tensor:
        """The equal dense kernel, (channels·multiplier, channels, 3, 3)."""
        per_channel = self.weight.view(self.channels, self.multiplier, 1, 3, 3)
        diagonal = torch.eye(self.channels, dtype=self.weight.dtype, device=self.weight.device)
        blocks = per_channel * diagonal[:, None, :, None, None]
        return blocks.reshape(-1, self.channels, 3, 3)

    def forward(self, features: Tensor) -> Tensor:
        if self.runs_dense:
            return functional.conv2d(features, self.dense_kernel(), padding=1)
        return functional.conv2d(features, self.weight, padding=1, groups=self.channels)
