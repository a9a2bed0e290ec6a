"""A 3×3 convolution that trains over-parameterised and runs as one plain convolution.

[Note: Collapsible convolutions]
The kernel is the sum plain + project · middle · expand + skip: a plain kernel, a
1×1 → 3×3 → 1×1 product with more channels inside, and a 1×1 skip. All of it is
linear, so it multiplies out to one 3×3 kernel. Multiplying it out at every step
costs a few percent and spares the wide intermediate images (SESR, Bhardwaj et
al. 2022; ECBSR, Zhang et al. 2021).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

EXPANSION = 2


def multiply_out(
    plain: Tensor, expand: Tensor, middle: Tensor, project: Tensor, skip: Tensor
) -> Tensor:
    """The one kernel (outputs, inputs, 3, 3) that the parts equal, in fp32."""
    with torch.autocast(plain.device.type, enabled=False):
        projected = (project @ middle.flatten(1)).view(len(project), -1, 3, 3)
        product = torch.einsum("omyx,mi->oiyx", projected, expand)
        return plain + product + functional.pad(skip[:, :, None, None], (1, 1, 1, 1))


class CollapsibleConvolution(nn.Module):
    """Maps (n, inputs, h, w) to (n, outputs, h, w), zero-padded, with a bias."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        wide_inputs, wide_outputs = inputs * EXPANSION, outputs * EXPANSION
        self.plain = nn.Parameter(nn.Conv2d(inputs, outputs, 3).weight.detach().clone())
        self.expand = nn.Parameter(torch.empty(wide_inputs, inputs))
        self.middle = nn.Parameter(nn.Conv2d(wide_inputs, wide_outputs, 3).weight.detach().clone())
        self.project = nn.Parameter(torch.empty(outputs, wide_outputs))
        self.skip = nn.Parameter(torch.zeros(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.kaiming_uniform_(self.expand, a=5**0.5)
        nn.init.kaiming_uniform_(self.project, a=5**0.5)

    def kernel(self) -> Tensor:
        """The equal plain kernel, (outputs, inputs, 3, 3), in fp32."""
        return multiply_out(self.plain, self.expand, self.middle, self.project, self.skip)

    def silence(self) -> None:
        """Makes the output zero while every part can still learn."""
        with torch.no_grad():
            self.plain.zero_()
            self.project.zero_()
            self.skip.zero_()
            self.bias.zero_()

    def forward(self, image: Tensor) -> Tensor:
        return functional.conv2d(image, self.kernel(), self.bias, padding=1)
