"""First weights with which the study's generators enlarge nearly as interpolation does.

[Note: Starting from interpolation]
The description has no path around the network, so from random weights it spends its
first thousand steps on learning to copy, and its depthwise upscaling gives every
channel the same part in all sub-pixels. The 64 channels therefore start with parts:

- The first ones carry the image, which the upscaling steps interpolate. With
  tanh at the end the values have both signs and a colour takes two channels, x and
  −x: what an activation does to the one it does to the other, and their
  difference stays linear.
- 48 carry a correction of one colour at one of the sixteen sub-pixels, as the last
  convolution of a network without upscaling steps does.
- The rest start as chance would have it.

The shared slopes start at 1, so that both steps are linear. Everything is free to
change afterwards.
"""

import torch
from torch import Tensor, nn

from enlarger_training.networks.activations import LEAKY_SLOPE
from enlarger_training.networks.depthwise import DepthwiseExpansion
from enlarger_training.networks.normalised import measuring
from enlarger_training.networks.planes import PLANES, STEP_SCALE
from enlarger_training.networks.srresnet import (
    CHANNELS,
    TANH_RANGE,
    SrresnetBlock,
    SrresnetNetwork,
    UpscaleStep,
)

_COLOURS = 3
_QUIET_START = 0.1
_CORRECTION_GAIN = 0.1
# The steepness with which tanh follows a straight line over most of −1…1 best.
_TANH_GAIN = 1.06 / TANH_RANGE


def interpolation_planes() -> Tensor:
    """(4, 3, 3): the kernels that double an image by quadratic interpolation, per sub-pixel."""
    near = (STEP_SCALE - 1) / (2 * STEP_SCALE)
    taps = torch.tensor([[(t * t - t) / 2, 1 - t * t, (t * t + t) / 2] for t in (-near, near)])
    return torch.einsum("ry,cx->rcyx", taps, taps).reshape(PLANES, 3, 3)


def _carriers(network: SrresnetNetwork) -> list[tuple[int, float]]:
    """(colour, sign) of the channels that carry the image, from channel 0 on."""
    signs = (1.0, -1.0) if network.design.is_tanh_output else (1.0,)
    return [(colour, sign) for sign in signs for colour in range(_COLOURS)]


def _corrections(network: SrresnetNetwork) -> list[tuple[int, int, tuple[int, int]]]:
    """(channel, colour, sub-pixel in either step) of the channels that carry a correction."""
    begin = len(_carriers(network))
    parts = [(c, (a, b)) for c in range(_COLOURS) for a in range(PLANES) for b in range(PLANES)]
    return [(begin + index, colour, planes) for index, (colour, planes) in enumerate(parts)]


def _start_head(network: SrresnetNetwork) -> None:
    head = network.head.weight
    middle = head.shape[-1] // 2
    for channel, (colour, sign) in enumerate(_carriers(network)):
        head[channel] = 0
        head[channel, colour, middle, middle] = sign


def _quieten_body(network: SrresnetNetwork) -> None:
    """At first, the body leaves the image's channels alone."""
    carriers = len(_carriers(network))
    for block in network.body:
        assert isinstance(block, SrresnetBlock)
        block.second_norm.weight[:carriers] = 0
    network.mid_norm.weight[:carriers] = 0


def _start_tail(network: SrresnetNetwork) -> None:
    tail = network.tail.weight
    middle = tail.shape[-1] // 2
    tail.mul_(_QUIET_START)
    gain = _TANH_GAIN / (1 + LEAKY_SLOPE) if network.design.is_tanh_output else 1.0
    for channel, (colour, sign) in enumerate(_carriers(network)):
        tail[:, channel] = 0
        tail[colour, channel, middle, middle] = sign * gain
    for channel, colour, _planes in _corrections(network):
        tail[:, channel] = 0
        tail[colour, channel, middle, middle] = _CORRECTION_GAIN


def _upscale_kernels(network: SrresnetNetwork, step_index: int) -> Tensor:
    """(64, 4, 3, 3): what every channel starts with in one of the two steps."""
    kernels = interpolation_planes().repeat(CHANNELS, 1, 1, 1)
    for channel, _colour, planes in _corrections(network):
        kernels[channel] = 0
        kernels[channel, planes[step_index], 1, 1] = 1
    return kernels


def _start_upscale(step: UpscaleStep, kernels: Tensor, started: int) -> None:
    weight = step.expand.weight
    assert isinstance(weight, Tensor)
    nn.init.ones_(step.activation.weight)
    if isinstance(step.expand, DepthwiseExpansion):
        weight[: started * PLANES] = 0
        weight.add_(kernels.reshape(-1, 1, 3, 3))
        return
    weight[: started * PLANES] = 0
    for channel in range(started):
        weight[channel * PLANES : (channel + 1) * PLANES, channel] = kernels[channel]


def _make_neutral(norm: nn.Module) -> None:
    """Scale and shift undo the statistics."""
    if isinstance(norm, nn.BatchNorm2d):
        assert norm.running_mean is not None and norm.running_var is not None
        norm.weight.copy_(torch.sqrt(norm.running_var + norm.eps))
        norm.bias.copy_(norm.running_mean)


def start_as_interpolation(network: SrresnetNetwork, small: Tensor) -> None:
    """Sets the first weights, and the statistics from a batch of small images, in fp32."""
    was_training = network.training
    started = len(_carriers(network)) + len(_corrections(network))
    with torch.no_grad():
        _start_head(network)
        _quieten_body(network)
        _start_tail(network)
        for index, step in enumerate(network.upscale):
            assert isinstance(step, UpscaleStep)
            _start_upscale(step, _upscale_kernels(network, index), started)
        with measuring(network):
            network.train()(small)
        for step in network.upscale:
            assert isinstance(step, UpscaleStep)
            _make_neutral(step.norm)
    network.train(was_training)
