"""Pixel shuffle from separate planes, and PReLU with one shared slope, both quick on CPUs.

[Note: Planes]
torch's pixel shuffle of a channels-last image moves single numbers, and its PReLU
sums the slope's gradient slowly. When the four sub-pixels of a pixel are in four
separate images, shuffling copies whole pixels, and a depthwise convolution with
four outputs per channel becomes four ordinary depthwise ones, for which there are
quick kernels. Together this halves a training step of `srresnet-lite`.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

STEP_SCALE = 2
PLANES = STEP_SCALE * STEP_SCALE


def _every(plane: int) -> tuple[slice, slice]:
    """Rows and columns of the large image that come from a plane."""
    row, column = divmod(plane, STEP_SCALE)
    return slice(row, None, STEP_SCALE), slice(column, None, STEP_SCALE)


# torch has no type for the context that forward hands to backward.
class _Interleave(torch.autograd.Function):
    @staticmethod
    def forward(_ctx: Any, *planes: Tensor) -> Tensor:  # noqa: ANN401
        n, channels, height, width = planes[0].shape
        enlarged = torch.empty(
            (n, channels, height * STEP_SCALE, width * STEP_SCALE),
            dtype=planes[0].dtype,
            device=planes[0].device,
            memory_format=torch.channels_last,
        )
        for index, plane in enumerate(planes):
            rows, columns = _every(index)
            enlarged[:, :, rows, columns] = plane
        return enlarged

    @staticmethod
    def backward(_ctx: Any, *gradients: Tensor) -> tuple[Tensor, ...]:  # noqa: ANN401
        (gradient,) = gradients
        parts = [gradient[(..., *_every(index))] for index in range(PLANES)]
        return tuple(part.contiguous(memory_format=torch.channels_last) for part in parts)


def interleave(planes: list[Tensor]) -> Tensor:
    """The pixel shuffle ×2 of four (n, c, h, w) planes, row-major sub-pixels."""
    enlarged: Tensor = _Interleave.apply(*planes)  # type: ignore[no-untyped-call]
    return enlarged


def _sum_of_products(first: Tensor, second: Tensor) -> Tensor:
    """Σ first · second, as the trace of a matrix product: quicker than multiplying and adding."""
    rows = [image.movedim(1, -1).flatten(0, -2) for image in (first, second)]
    return (rows[0].T @ rows[1]).diagonal().sum(dtype=torch.float32)


class _SharedPrelu(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, features: Tensor, slope: Tensor) -> Tensor:  # noqa: ANN401
        ctx.save_for_backward(features)
        ctx.slope = slope.item()
        return functional.leaky_relu(features, ctx.slope)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:  # noqa: ANN401
        (gradient,), (features,) = gradients, ctx.saved_tensors
        to_features = torch.ops.aten.leaky_relu_backward(gradient, features, ctx.slope, False)
        return to_features, _sum_of_products(gradient, features.clamp(max=0)).view(1)


class SharedPrelu(nn.PReLU):
    """PReLU with one slope for all channels: the same values and gradients as torch's, sooner."""

    def forward(self, features: Tensor) -> Tensor:
        activated: Tensor = _SharedPrelu.apply(features, self.weight)  # type: ignore[no-untyped-call]
        return activated
