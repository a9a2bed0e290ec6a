"""The study's two generators as graphs, batch-norm folded, equal but faster.

Three rewrites keep the result and spare time: the shared-slope PReLU is a
LeakyReLU that moves before the shuffle, where it fuses with the convolution;
(tanh(x) + 1) / 2 is sigmoid(2x); and a depthwise convolution with four outputs
per channel is four with one each (see `_append_depthwise_upscale`).
"""

import onnx
import torch
from torch import Tensor, nn

from enlarger_training.export.graph import INPUT_NAME, ConvolutionWeights, GraphBuilder
from enlarger_training.networks.activations import LEAKY_SLOPE
from enlarger_training.networks.depthwise import DepthwiseExpansion
from enlarger_training.networks.srresnet import SrresnetBlock, SrresnetNetwork, UpscaleStep

_STEP_SCALE = 2


def fold(kernel: Tensor, norm: nn.Module, dilation: int = 1) -> ConvolutionWeights:
    """A convolution followed by batch-norm in evaluation mode, as one with a bias."""
    if not isinstance(norm, nn.BatchNorm2d):
        return ConvolutionWeights(kernel, dilation=dilation)
    assert norm.running_mean is not None and norm.running_var is not None
    factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    bias = norm.bias - norm.running_mean * factor
    return ConvolutionWeights(kernel * factor[:, None, None, None], bias, dilation)


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


def _append_depthwise_upscale(graph: GraphBuilder, features: str, step: UpscaleStep) -> str:
    """One depthwise convolution per sub-pixel, joined sub-pixel by sub-pixel.

    Runtimes have quick kernels only for one output per channel. Joining whole
    sub-pixel planes gives the other channel order, which the shuffle undoes.
    """
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
    return graph.shuffle(graph.concatenate(planes), _STEP_SCALE, is_plane_major=True)


def _append_upscale(graph: GraphBuilder, features: str, step: UpscaleStep) -> str:
    if isinstance(step.expand, DepthwiseExpansion):
        return _append_depthwise_upscale(graph, features, step)
    assert isinstance(step.expand, nn.Conv2d)
    convolved = graph.convolution(features, fold(step.expand.weight, step.norm))
    return graph.shuffle(_append_activation(graph, convolved, step.activation), _STEP_SCALE)


def _append_centring(graph: GraphBuilder) -> str:
    """0…1 → -1…1; not folded into the head, whose zero padding stands for mid grey."""
    doubled = graph.multiply(INPUT_NAME, graph.constant(torch.tensor(2.0)))
    return graph.subtract(doubled, graph.constant(torch.tensor(1.0)))


def build_srresnet_graph(network: SrresnetNetwork) -> onnx.ModelProto:
    """The model that runs."""
    graph = GraphBuilder()
    is_tanh = network.design.is_tanh_output
    source = _append_centring(graph) if is_tanh else INPUT_NAME
    head = graph.convolution(source, ConvolutionWeights(network.head.weight))
    first = _append_activation(graph, head, network.head_activation)
    features = first
    for block in network.body:
        assert isinstance(block, SrresnetBlock)
        features = _append_block(graph, features, block)
    mid = graph.convolution(features, fold(network.mid.weight, network.mid_norm))
    features = graph.add(mid, first)
    for step in network.upscale:
        assert isinstance(step, UpscaleStep)
        features = _append_upscale(graph, features, step)
    tail = network.tail.weight * (2 if is_tanh else 1)
    output = graph.convolution(features, ConvolutionWeights(tail))
    return graph.finish(graph.sigmoid(output) if is_tanh else output)
