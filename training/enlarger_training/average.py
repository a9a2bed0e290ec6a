"""A moving average of a network's weights."""

import torch
from torch import Tensor, nn

Weights = dict[str, Tensor]

# The average follows closely at first, so that it forgets the random start.
_FOLLOWING_STEPS = 20


class MovingAverage:
    """Exponential average of all weights and buffers; counters are copied."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._decay = decay
        self.weights: Weights = {
            name: tensor.detach().clone() for name, tensor in network.state_dict().items()
        }

    def update(self, network: nn.Module, step: int) -> None:
        """Moves towards the network after `step` (from 0) has been taken."""
        decay = min(self._decay, (step + 1) / (step + _FOLLOWING_STEPS))
        with torch.no_grad():
            for name, tensor in network.state_dict().items():
                if tensor.is_floating_point():
                    self.weights[name].lerp_(tensor, 1 - decay)
                else:
                    self.weights[name].copy_(tensor)
