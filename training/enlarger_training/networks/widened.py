"""Over-parameterised training of any plain 3×3 convolution.

The kernel becomes plain + project · middle · expand + skip, as in
[Note: Collapsible convolutions], through torch's parametrizations: the network and
what exports it still read `weight`, and get the one kernel that it multiplies out to.
"""

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from enlarger_training.average import Weights
from enlarger_training.networks.collapsible import EXPANSION, multiply_out

_SIDE_PX = 3
_MARK = ".parametrizations.weight."


class WidenedKernel(nn.Module):
    """Maps a plain kernel (outputs, inputs, 3, 3) to the one that runs; at first the same."""

    def __init__(self, outputs: int, inputs: int) -> None:
        super().__init__()
        wide_inputs, wide_outputs = inputs * EXPANSION, outputs * EXPANSION
        self.expand = nn.Parameter(torch.empty(wide_inputs, inputs))
        middle = nn.Conv2d(wide_inputs, wide_outputs, _SIDE_PX).weight
        self.middle = nn.Parameter(middle.detach().clone())
        self.project = nn.Parameter(torch.zeros(outputs, wide_outputs))
        self.skip = nn.Parameter(torch.zeros(outputs, inputs))
        nn.init.kaiming_uniform_(self.expand, a=5**0.5)

    def forward(self, plain: Tensor) -> Tensor:
        return multiply_out(plain, self.expand, self.middle, self.project, self.skip)


def widen(network: nn.Module) -> None:
    """Gives every ungrouped 3×3 convolution more to learn with; the network does the same."""
    for module in list(network.modules()):
        if not isinstance(module, nn.Conv2d) or module.groups > 1:
            continue
        if module.kernel_size == (_SIDE_PX, _SIDE_PX):
            kernel = WidenedKernel(module.out_channels, module.in_channels)
            parametrize.register_parametrization(module, "weight", kernel)


def collapse(weights: Weights) -> Weights:
    """The weights of the plain network that equals a widened one; plain ones stay as they are."""
    plain = {name: tensor for name, tensor in weights.items() if _MARK not in name}
    for name, tensor in weights.items():
        layer, mark, part = name.partition(_MARK)
        if not mark or part != "original":
            continue
        kernel = WidenedKernel(*tensor.shape[:2])
        prefix = f"{layer}{_MARK}0."
        kernel.load_state_dict({key: weights[prefix + key] for key in kernel.state_dict()})
        with torch.no_grad():
            plain[f"{layer}.weight"] = kernel(tensor)
    return plain
