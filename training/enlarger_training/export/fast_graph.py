"""The `fast` family as a graph of plain convolutions."""

import onnx
import torch

from enlarger_training.export.graph import INPUT_NAME, ConvolutionWeights, GraphBuilder
from enlarger_training.networks.collapsible import CollapsibleConvolution
from enlarger_training.networks.fast import MID_GREY, FastNetwork, ResidualBlock


def collapse(convolution: CollapsibleConvolution) -> ConvolutionWeights:
    """The one kernel that runs; see [Note: Collapsible convolutions]."""
    return ConvolutionWeights(convolution.kernel(), convolution.bias)


def _append_tail(graph: GraphBuilder, network: FastNetwork, features: str, first: str) -> str:
    """tail(concat(features, first)) as a sum of two convolutions.

    Joining the channels would copy both images; the sum is fused into the
    second convolution.
    """
    tail = collapse(network.tail)
    kernel_features, kernel_first = torch.chunk(tail.kernel, 2, dim=1)
    from_features = graph.convolution(features, ConvolutionWeights(kernel_features, tail.bias))
    from_first = graph.convolution(first, ConvolutionWeights(kernel_first))
    return graph.add(from_features, from_first)


def build_fast_graph(network: FastNetwork) -> onnx.ModelProto:
    """The model that runs."""
    graph = GraphBuilder()
    anchor = ConvolutionWeights(network.anchor.weight, network.anchor.bias)
    anchored = graph.convolution(INPUT_NAME, anchor)
    # Not folded into the head: its zero padding stands for mid grey, not black.
    centred = graph.subtract(INPUT_NAME, graph.constant(torch.tensor(MID_GREY)))
    first = graph.convolution(centred, collapse(network.head))
    features = first
    for block in network.body:
        assert isinstance(block, ResidualBlock)
        inner = graph.relu(graph.convolution(features, collapse(block.first)))
        features = graph.add(features, graph.convolution(inner, collapse(block.second)))
    residual = _append_tail(graph, network, features, first)
    return graph.finish(graph.shuffle(graph.add(residual, anchored), network.scale))
