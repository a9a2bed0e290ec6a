"""Parameters and multiply-accumulates, counted as the study counts them.

A convolution costs its weights × output pixels, a batch-norm its channels ×
output pixels, a one-slope PReLU one per output pixel (plane, not channel). Biases,
additions, shuffles and activations without parameters cost nothing.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from enlarger_training.networks.collapsible import CollapsibleConvolution
from enlarger_training.networks.depthwise import DepthwiseExpansion

COUNTING_SIDE_PX = 64


def trained_parameters(network: nn.Module) -> int:
    """How many numbers training adjusts (before folding and collapsing)."""
    return sum(parameter.numel() for parameter in network.parameters())


def _weights(module: nn.Module) -> int | None:
    """What one output pixel of this layer costs; None for a layer that costs nothing."""
    if isinstance(module, nn.Conv2d | DepthwiseExpansion):
        return module.weight.numel()
    if isinstance(module, CollapsibleConvolution):
        return module.plain.numel()
    if isinstance(module, nn.BatchNorm2d):
        return module.num_features
    if isinstance(module, nn.PReLU):
        return module.num_parameters
    return None


def trained_macs(network: nn.Module, side_px: int = COUNTING_SIDE_PX) -> int:
    """Multiply-accumulates of the trained network for a 3 × side × side input."""
    total = 0

    def counter(cost: int) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def add(_module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
            nonlocal total
            total += cost * output.shape[-2] * output.shape[-1]

        return add

    costs = [(module, _weights(module)) for module in network.modules()]
    hooks = [
        module.register_forward_hook(counter(cost)) for module, cost in costs if cost is not None
    ]
    was_training = network.training
    network.eval()
    try:
        with torch.no_grad():
            network(torch.zeros(1, 3, side_px, side_px))
    finally:
        network.train(was_training)
        for hook in hooks:
            hook.remove()
    return total
