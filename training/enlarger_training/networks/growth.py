"""Initial weights that make `srresnet` enlarge exactly as a trained `fast` network does.

[Note: Growing a network]
The original generator has room for the whole of a `fast` ×4 network: as many blocks
and more, twice the channels, dense upscaling. Its weights can be set so that it
computes the same function, and training then continues from there with the
remaining capacity (Net2Net, Chen et al. 2016). The 64 channels between the blocks begin as:

- 27 that hold the 3×3 pixels around a position, the head's output. They are never
  negative, so that ReLU leaves them unchanged, and everything linear in the image, such as
  the anchor of the `fast` network, can be read from them.
- the channels of the `fast` network, which the first block makes from those.
- one that the convolution behind the blocks turns into a constant, for biases that the
  upscaling convolutions do not have.

The remaining weights are random, and at first have almost no effect: weights
that would be zero are 1e-7 or so, since an exact zero in a file stands for a weight that
the network does not have. The result is the same except for the outermost pixels of an
image, whose padding differs a little.
"""

import torch
from torch import Tensor, nn

from enlarger_training.networks.fast import MID_GREY, FastNetwork, ResidualBlock
from enlarger_training.networks.planes import PLANES, STEP_SCALE
from enlarger_training.networks.srresnet import (
    CHANNELS,
    SrresnetBlock,
    SrresnetNetwork,
    UpscaleStep,
)

_COLOURS = 3
_SIDE_PX = 3
_PATCH = _COLOURS * _SIDE_PX * _SIDE_PX
_CONSTANT = -1
_NEARLY_ZERO = 1e-7


def _convolution(layer: nn.Module) -> Tensor:
    assert isinstance(layer.weight, Tensor)
    return layer.weight


def _set_norm(norm: nn.Module, shift: Tensor) -> None:
    """Makes batch-norm add `shift` and nothing else."""
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.running_mean is not None and norm.running_var is not None
    norm.running_mean.zero_()
    norm.running_var.fill_(1)
    norm.weight.fill_((1 + norm.eps) ** 0.5)
    norm.bias.zero_()
    norm.bias[: len(shift)] = shift


def _start_head(network: SrresnetNetwork, taken: int) -> None:
    head = _convolution(network.head)
    middle = head.shape[-1] // 2
    head[:taken] = 0
    head[_CONSTANT] = 0
    for index in range(_PATCH):
        colour, tap = divmod(index, _SIDE_PX * _SIDE_PX)
        row, column = divmod(tap, _SIDE_PX)
        head[index, colour, middle + row - 1, middle + column - 1] = 1


def _start_block(block: SrresnetBlock) -> tuple[Tensor, Tensor]:
    """Make a block the identity; return its two kernels."""
    first, second = _convolution(block.first), _convolution(block.second)
    second.zero_()
    _set_norm(block.first_norm, torch.zeros(0))
    _set_norm(block.second_norm, torch.zeros(0))
    return first, second


def _make_features(block: SrresnetBlock, fast: FastNetwork, features: slice) -> None:
    """The `fast` network's head: from the pixels, and from a constant that is zero outside the image."""
    first, second = _start_block(block)
    kernel = fast.head.kernel()
    first[: _PATCH + 1] = 0
    for index in range(_PATCH):
        first[index, index, 1, 1] = 1
    constant = torch.zeros(_PATCH + 1)
    constant[_PATCH] = 1
    _set_norm(block.first_norm, constant)
    second[features, :_PATCH, 1, 1] = kernel.flatten(1)
    second[features, _PATCH] = -MID_GREY * kernel.sum(dim=1)
    second[features, _PATCH, 1, 1] += fast.head.bias


def _copy_block(block: SrresnetBlock, source: ResidualBlock, features: slice) -> None:
    first, second = _start_block(block)
    kernel, last = source.first.kernel(), source.second.kernel()
    inner = len(kernel)
    first[:inner] = 0
    first[:inner, features] = kernel
    second[features, :inner] = last
    _set_norm(block.first_norm, source.first.bias)
    shift = torch.zeros(features.stop)
    shift[features] = source.second.bias
    _set_norm(block.second_norm, shift)


def _start_mid(network: SrresnetNetwork, features: slice) -> None:
    mid = _convolution(network.mid)
    mid.zero_()
    for channel in range(features.start, features.stop):
        mid[channel, channel, 1, 1] = 1
    _set_norm(network.mid_norm, torch.zeros(0))
    norm = network.mid_norm
    assert isinstance(norm, nn.BatchNorm2d)
    norm.bias[_CONSTANT] = 1


def _tail_from_patches(fast: FastNetwork, features: slice) -> Tensor:
    """(48, 64, 3, 3): tail and anchor of the `fast` network, reading the output of the blocks."""
    width = features.stop - features.start
    tail, head = fast.tail.kernel(), fast.head.kernel()
    from_features, from_first = tail[:, :width], tail[:, width:]
    kernel = torch.zeros(len(tail), CHANNELS, _SIDE_PX, _SIDE_PX)
    kernel[:, features] = from_features
    kernel[:, :_PATCH] = torch.einsum("omyx,mi->oiyx", from_first, head.flatten(1))
    offset = fast.head.bias - MID_GREY * head.sum(dim=(1, 2, 3))
    kernel[:, _CONSTANT] = torch.einsum("omyx,m->oyx", from_first, offset)
    assert fast.anchor.bias is not None
    kernel[:, _CONSTANT, 1, 1] += fast.tail.bias + fast.anchor.bias
    reach = fast.anchor.weight.shape[-1] // 2
    for row in range(-reach, reach + 1):
        for column in range(-reach, reach + 1):
            near_row, near_column = max(-1, min(1, row)), max(-1, min(1, column))
            tap = (row - near_row + 1) * _SIDE_PX + column - near_column + 1
            pixels = slice(tap, _PATCH, _SIDE_PX * _SIDE_PX)
            taps = fast.anchor.weight[:, :, row + reach, column + reach]
            kernel[:, pixels, near_row + 1, near_column + 1] += taps
    return kernel


def _start_upscale(network: SrresnetNetwork, phases: Tensor) -> None:
    """The first step makes all sixteen sub-pixels of a colour, the second puts them in place."""
    first_step, second_step = network.upscale
    assert isinstance(first_step, UpscaleStep) and isinstance(second_step, UpscaleStep)
    first, second = _convolution(first_step.expand), _convolution(second_step.expand)
    made = _COLOURS * PLANES
    second[:made] = 0
    for place in range(made):
        second[place, place, 1, 1] = 1
    # Reorder (colour, row and column of a sub-pixel) as the two shuffles expect.
    by_step = phases.reshape(_COLOURS, *[STEP_SCALE] * 4, *phases.shape[1:])
    first[: made * PLANES] = by_step.permute(0, 2, 4, 1, 3, 5, 6, 7).flatten(0, 4)
    for step in (first_step, second_step):
        nn.init.ones_(step.activation.weight)


def _start_tail(network: SrresnetNetwork) -> None:
    tail = _convolution(network.tail)
    middle = tail.shape[-1] // 2
    tail.zero_()
    for colour in range(_COLOURS):
        tail[colour, colour, middle, middle] = 1


def grow_from_fast(network: SrresnetNetwork, fast: FastNetwork) -> None:
    """Sets all weights of the original generator; see [Note: Growing a network].

    Raises:
        ValueError: the generator is not of the form that holds a `fast` ×4 network.
    """
    design = network.design
    width = fast.head.bias.numel()
    is_fitting = design.activation == "relu" and design.is_fixed and not design.is_depthwise_upscale
    has_room = len(fast.body) < len(network.body) and _PATCH + width < CHANNELS
    if not is_fitting or not has_room or fast.scale != network.scale:
        raise ValueError("Only srresnet with ReLU and fixed statistics grows from fast ×4.")
    features = slice(_PATCH, _PATCH + width)
    with torch.no_grad():
        _start_head(network, features.stop)
        for index, block in enumerate(network.body):
            assert isinstance(block, SrresnetBlock)
            if index == 0:
                _make_features(block, fast, features)
            elif index <= len(fast.body):
                source = fast.body[index - 1]
                assert isinstance(source, ResidualBlock)
                _copy_block(block, source, features)
            else:
                _start_block(block)
        _start_mid(network, features)
        _start_upscale(network, _tail_from_patches(fast, features))
        _start_tail(network)
        for parameter in network.parameters():
            nudges = _NEARLY_ZERO * torch.randn_like(parameter)
            parameter.add_(torch.where(parameter == 0, nudges, 0))
