"""Weights to train on from, out of a shipped file of the `fast` family."""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from enlarger_training.average import Weights


def _plain(name: str, kernel: Tensor, bias: Tensor) -> Weights:
    """A collapsed kernel in its over-parameterised form: all of it in the plain part.

    `expand` and `middle` stay as a fresh network has them; with `project` at zero
    they change nothing at first.
    """
    outputs, inputs = kernel.shape[:2]
    return {
        f"{name}.plain": kernel,
        f"{name}.project": torch.zeros(outputs, 2 * outputs),
        f"{name}.skip": torch.zeros(outputs, inputs),
        f"{name}.bias": bias,
    }


def read_shipped_weights(path: Path) -> Weights:
    """The weights of a file that `export` wrote for the `fast` family.

    Raises:
        ValueError: the file holds another network.
    """
    graph = onnx.load(path).graph
    constants = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    convolutions = [
        [torch.from_numpy(constants[name].copy()) for name in node.input[1:]]
        for node in graph.node
        if node.op_type == "Conv"
    ]
    # anchor, head, two per block, and the tail in its two halves, the second without a bias.
    tensors = [len(convolution) for convolution in convolutions]
    if len(tensors) < 4 or len(tensors) % 2 or tensors != [2] * (len(tensors) - 1) + [1]:
        raise ValueError(f"{path} holds no network of the fast family.")
    (anchor, anchor_bias), (head, head_bias), *body = convolutions[:-2]
    (from_features, tail_bias), (from_first,) = convolutions[-2:]
    weights = {
        "anchor.weight": anchor,
        "anchor.bias": anchor_bias,
        **_plain("head", head, head_bias),
    }
    for index, (kernel, bias) in enumerate(body):
        part = "second" if index % 2 else "first"
        weights |= _plain(f"body.{index // 2}.{part}", kernel, bias)
    tail = torch.cat([from_features, from_first], dim=1)
    return weights | _plain("tail", tail, tail_bias)
