"""Batch-norm behind a convolution, and the two as one convolution.

[Note: Fixed statistics]
Batch-norm that normalises every batch by itself shifts all brightness by a random
amount per batch, which an enlarger has to undo (EDSR, Lim et al. 2017, drops it for
that). `FixedBatchNorm` measures mean and variance once, before the first step, and
keeps them: the same parameters, the same file, no shift, and while training it folds
into its convolution, so that it costs nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional


class FixedBatchNorm(nn.BatchNorm2d):
    """Batch-norm that uses its stored statistics while training, too."""

    is_measuring = False

    def is_folding(self) -> bool:
        """Whether the convolution before it takes it in: while training, once measured."""
        return self.training and not self.is_measuring

    def forward(self, features: Tensor) -> Tensor:
        if self.is_measuring:
            assert self.running_mean is not None and self.running_var is not None
            self.running_mean.copy_(features.mean(dim=(0, 2, 3)))
            self.running_var.copy_(features.var(dim=(0, 2, 3), correction=0))
        mean, variance = self.running_mean, self.running_var
        return functional.batch_norm(features, mean, variance, self.weight, self.bias, eps=self.eps)


def make_norm(channels: int, is_fixed: bool) -> nn.BatchNorm2d:
    """A fresh normalisation of that many channels."""
    return FixedBatchNorm(channels) if is_fixed else nn.BatchNorm2d(channels)


def fold_norm(kernel: Tensor, norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Kernel and bias of the one convolution that equals convolution and stored statistics."""
    assert norm.running_mean is not None and norm.running_var is not None
    factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return kernel * factor[:, None, None, None], norm.bias - norm.running_mean * factor


def convolve_normalised(features: Tensor, convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> Tensor:
    """norm(convolution(features)), folded where that is right."""
    if not (isinstance(norm, FixedBatchNorm) and norm.is_folding()):
        normalised: Tensor = norm(convolution(features))
        return normalised
    kernel, bias = fold_norm(convolution.weight, norm)
    padding, dilation = convolution.padding, convolution.dilation
    assert isinstance(padding, tuple)
    return functional.conv2d(features, kernel, bias, 1, padding, dilation)


@contextmanager
def measuring(network: nn.Module) -> Iterator[None]:
    """Within it, every `FixedBatchNorm` takes its statistics from what it sees."""
    norms = [module for module in network.modules() if isinstance(module, FixedBatchNorm)]
    for norm in norms:
        norm.is_measuring = True
    try:
        yield
    finally:
        for norm in norms:
            norm.is_measuring = False
