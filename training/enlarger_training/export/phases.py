"""Running a convolution before a pixel shuffle instead of after it.

[Note: Phases]
After a shuffle ×2 an image has four times the pixels; the same values are, before
it, in four times the channels. A convolution after the shuffle equals one before
it whose kernel sorts its taps by the sub-pixel they fall on and gives every output
four sub-pixels, followed by the shuffle of its few outputs. The large image with
many channels is never made, and 12 outputs fill the vector units better than 3.
Zero padding stays the same, since a whole border of small pixels is zero.

If the channels of each sub-pixel are in a separate tensor, one convolution for
each of them, added up, does the same with less work: of 3×3 taps a sub-pixel meets no
more than 2×2 small pixels, and the dense kernel's other taps are zero.
"""

import torch
from torch import Tensor

from enlarger_training.export.graph import ConvolutionWeights, Pads

_SCALE = 2
_PLANES = _SCALE * _SCALE


def kernel_before_shuffle(kernel: Tensor) -> Tensor:
    """The equal kernel for channels ordered sub-pixel · channels + channel.

    Args:
        kernel: (outputs, channels, side, side) that works after the shuffle, odd side.

    Returns:
        (outputs · 4, 4 · channels, small side, small side); output o · 4 + sub-pixel
        is what a shuffle in PyTorch's channel order takes.
    """
    outputs, channels, side, _ = kernel.shape
    radius = side // 2
    small_radius = (radius + 1) // _SCALE
    small_side = 2 * small_radius + 1
    sorted_taps = kernel.new_zeros(outputs, _PLANES, _PLANES, channels, small_side, small_side)
    # Tap (y, x) of the output at sub-pixel (row, column) falls on sub-pixel
    # ((row + y) mod 2, (column + x) mod 2) of a small pixel near by.
    offsets = range(-radius, radius + 1)
    for plane in range(_PLANES):
        row, column = divmod(plane, _SCALE)
        for y in offsets:
            small_y, sub_y = divmod(row + y, _SCALE)
            for x in offsets:
                small_x, sub_x = divmod(column + x, _SCALE)
                tap = kernel[:, :, y + radius, x + radius]
                source = sub_y * _SCALE + sub_x
                sorted_taps[:, plane, source, :, small_y + small_radius, small_x + small_radius] = (
                    tap
                )
    return sorted_taps.reshape(outputs * _PLANES, _PLANES * channels, small_side, small_side)


def reorder_inputs(kernel: Tensor) -> Tensor:
    """The same kernel for channels ordered channel · 4 + sub-pixel, PyTorch's order."""
    outputs, inputs, side, _ = kernel.shape
    by_plane = kernel.view(outputs, _PLANES, inputs // _PLANES, side, side)
    return torch.reshape(by_plane.transpose(1, 2), kernel.shape)


def _small_reach(radius: int, sub_pixel: int) -> tuple[int, int]:
    """How far a kernel of that radius looks among one sub-pixel's small pixels: before, after.

    From both pixels of a small pixel it meets the large ones -radius … radius + 1.
    """
    return (radius + sub_pixel) // _SCALE, (radius + 1 - sub_pixel) // _SCALE


def convolutions_by_plane(kernel: Tensor) -> list[ConvolutionWeights]:
    """The kernel before the shuffle as one for each sub-pixel's channels, row by row.

    Args:
        kernel: (outputs, channels, side, side) that works after the shuffle, odd side.

    Returns:
        Four kernels (outputs · 4, channels, small side, small side), whose results
        added up are what a shuffle in PyTorch's channel order takes.
    """
    channels, radius = kernel.shape[1], kernel.shape[-1] // 2
    dense = kernel_before_shuffle(kernel)
    middle = dense.shape[-1] // 2
    convolutions = []
    for plane in range(_PLANES):
        (top, bottom), (left, right) = (
            _small_reach(radius, sub_pixel) for sub_pixel in divmod(plane, _SCALE)
        )
        rows = slice(middle - top, middle + bottom + 1)
        columns = slice(middle - left, middle + right + 1)
        of_plane = dense[:, plane * channels : (plane + 1) * channels, rows, columns]
        convolutions.append(ConvolutionWeights(of_plane, pads=Pads(top, left, bottom, right)))
    return convolutions
