"""The restorers as a graph of plain convolutions and pixel shuffles."""

import onnx
import torch
from torch import nn

from enlarger_training.export.graph import INPUT_NAME, ConvolutionWeights, GraphBuilder
from enlarger_training.networks.fast import MID_GREY
from enlarger_training.networks.restoration import (
    FOLDING,
    PlainBlock,
    RestorationNetwork,
    unfold_kernel,
)


def _weights(convolution: nn.Conv2d) -> ConvolutionWeights:
    return ConvolutionWeights(convolution.weight, convolution.bias)


def _head_weights(head: nn.Conv2d) -> ConvolutionWeights:
    """Folding pixels into channels and the head's convolution as one with stride 2."""
    return ConvolutionWeights(unfold_kernel(head.weight), head.bias, stride=FOLDING)


def _append_block(graph: GraphBuilder, block: nn.Module, features: str) -> str:
    assert isinstance(block, PlainBlock)
    inner = graph.relu(graph.convolution(features, _weights(block.first)))
    return graph.add(features, graph.convolution(inner, _weights(block.second)))


def build_restoration_graph(network: RestorationNetwork) -> onnx.ModelProto:
    """The model that runs."""
    graph = GraphBuilder()
    # Not folded into the convolutions: their zero padding stands for mid grey, not black.
    centred = graph.subtract(INPUT_NAME, graph.constant(torch.tensor(MID_GREY)))
    first = graph.convolution(centred, _head_weights(network.head))
    features = first
    for block in network.body:
        features = _append_block(graph, block, features)
    features = graph.add(first, graph.convolution(features, _weights(network.middle)))
    rough = graph.shuffle(graph.convolution(features, _weights(network.up)), FOLDING)
    fine = graph.add(rough, graph.convolution(centred, _weights(network.skip)))
    fine = graph.relu(_append_block(graph, network.fine, fine))
    residual = graph.convolution(fine, _weights(network.tail))
    assert network.anchor.bias is not None
    anchor = ConvolutionWeights(network.anchor.weight, network.anchor.bias + MID_GREY)
    anchored = graph.convolution(centred, anchor)
    return graph.finish(graph.shuffle(graph.add(residual, anchored), network.scale))
