"""The study's two generators as graphs, batch-norm folded, equal but faster.

Four rewrites keep the result and spare time. The shared-slope PReLU is a LeakyReLU
that moves before the shuffle, where it fuses with the convolution. (r·tanh(x) + 1) / 2
is r·sigmoid(2x) − (r − 1) / 2. A depthwise convolution with four outputs per channel is four with
one each, for which runtimes have quick kernels. The tail runs before the last
shuffle, see [Note: Phases].
"""

from functools import reduce

import onnx
import torch
from torch import Tensor, nn

from enlarger_training.export.graph import INPUT_NAME, ConvolutionWeights, GraphBuilder
from enlarger_training.export.phases import (
    convolutions_by_plane,
    kernel_before_shuffle,
    reorder_inputs,
)
from enlarger_training.networks.activations import LEAKY_SLOPE
from enlarger_training.networks.depthwise import DepthwiseExpansion
from enlarger_training.networks.normalised import fold_norm
from enlarger_training.networks.planes import STEP_SCALE
from enlarger_training.networks.srresnet import (
    TANH_RANGE,
    SrresnetBlock,
    SrresnetNetwork,
    UpscaleStep,
)


def fold(kernel: Tensor, norm: nn.Module, dilation: int = 1) -> ConvolutionWeights:
    """A convolution followed by batch-norm in evaluation mode, as one with a bias."""
    if not isinstance(norm, nn.BatchNorm2d):
        return ConvolutionWeights(kernel, dilation=dilation)
    return ConvolutionWeights(*fold_norm(kernel, norm), dilation)


def _append_activation(graph: GraphBuilder, source: str, activation: nn.Module) -> str:
    if isinstance(activation, nn.ReLU):
        return graph.relu(source)
    if isinstance(activation, nn.PReLU):
        return graph.leaky_relu(source, activation.weight.item())
    return graph.leaky_relu(source, LEAKY_SLOPE)


def _append_block(graph: GraphBuilder, features: str, block: SrresnetBlock) -> str:
    first = fold(block.first.weight, block.first_norm, block.first.dilation[0])
    inner = _append_activation(graph, graph.convolution(features, first), block.activation)
    second = fold(block.second.weight, block.second_norm)
    return graph.add(features, graph.convolution(inner, second))


def _append_expansion(graph: GraphBuilder, features: str, step: UpscaleStep) -> str:
    """64 → 256 channels and the activation, before the shuffle, in PyTorch's channel order."""
    assert isinstance(step.expand, nn.Conv2d)
    convolved = graph.convolution(features, fold(step.expand.weight, step.norm))
    return _append_activation(graph, convolved, step.activation)


def _append_planes(graph: GraphBuilder, features: str, step: UpscaleStep) -> list[str]:
    """The same of a depthwise expansion, as one tensor for each sub-pixel."""
    assert isinstance(step.expand, DepthwiseExpansion)
    folded = fold(step.expand.weight, step.norm)
    assert folded.bias is not None
    planes = []
    for plane in range(step.expand.multiplier):
        every = slice(plane, None, step.expand.multiplier)
        weights = ConvolutionWeights(
            folded.kernel[every], folded.bias[every], groups=step.expand.channels
        )
        convolved = graph.convolution(features, weights)
        planes.append(_append_activation(graph, convolved, step.activation))
    return planes


def _append_tail_on_planes(graph: GraphBuilder, planes: list[str], kernel: Tensor) -> str:
    """The tail before the shuffle, as a sum; see [Note: Phases]."""
    parts = [
        graph.convolution(plane, weights)
        for plane, weights in zip(planes, convolutions_by_plane(kernel), strict=True)
    ]
    return reduce(graph.add, parts)


def _append_upscales_and_tail(graph: GraphBuilder, features: str, network: SrresnetNetwork) -> str:
    """Both upscaling steps and the tail, which runs before the second shuffle."""
    first_step, second_step = network.upscale
    assert isinstance(first_step, UpscaleStep) and isinstance(second_step, UpscaleStep)
    kernel = network.tail.weight * (2 if network.design.is_tanh_output else 1)
    if network.design.is_depthwise_upscale:
        expanded = graph.concatenate(_append_planes(graph, features, first_step))
        doubled = graph.shuffle(expanded, STEP_SCALE, is_plane_major=True)
        planes = _append_planes(graph, doubled, second_step)
        output = _append_tail_on_planes(graph, planes, kernel)
    else:
        doubled = graph.shuffle(_append_expansion(graph, features, first_step), STEP_SCALE)
        expanded = _append_expansion(graph, doubled, second_step)
        tail = ConvolutionWeights(reorder_inputs(kernel_before_shuffle(kernel)))
        output = graph.convolution(expanded, tail)
    if not network.design.is_tanh_output:
        return graph.shuffle(output, STEP_SCALE)
    return _append_stretching(graph, graph.shuffle(graph.sigmoid(output), STEP_SCALE))


def _append_stretching(graph: GraphBuilder, sigmoid: str) -> str:
    """From (tanh + 1) / 2 to the range that tanh is stretched to."""
    stretched = graph.multiply(sigmoid, graph.constant(torch.tensor(TANH_RANGE)))
    return graph.subtract(stretched, graph.constant(torch.tensor((TANH_RANGE - 1) / 2)))


def _append_centring(graph: GraphBuilder) -> str:
    """0…1 → -1…1; not folded into the head, whose zero padding stands for mid grey."""
    doubled = graph.multiply(INPUT_NAME, graph.constant(torch.tensor(2.0)))
    return graph.subtract(doubled, graph.constant(torch.tensor(1.0)))


def build_srresnet_graph(network: SrresnetNetwork) -> onnx.ModelProto:
    """The model that runs."""
    graph = GraphBuilder()
    source = _append_centring(graph) if network.design.is_tanh_output else INPUT_NAME
    head = graph.convolution(source, ConvolutionWeights(network.head.weight))
    first = _append_activation(graph, head, network.head_activation)
    features = first
    for block in network.body:
        assert isinstance(block, SrresnetBlock)
        features = _append_block(graph, features, block)
    mid = graph.convolution(features, fold(network.mid.weight, network.mid_norm))
    features = graph.add(mid, first)
    return graph.finish(_append_upscales_and_tail(graph, features, network))
