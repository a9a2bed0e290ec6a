"""Weights to start from, read from a shipped file of the `fast` family or of a restorer."""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor
from torch.nn import functional

from enlarger_training.average import Weights
from enlarger_training.networks.fast import MID_GREY
from enlarger_training.networks.restoration import FOLDING

_Convolutions = list[list[Tensor]]


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


def _read_fast(convolutions: _Convolutions) -> Weights:
    """Anchor, head, two per block, and the tail in its two halves, the second without a bias."""
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


def _read_restorer(convolutions: _Convolutions) -> Weights:
    """Head, two per block, the seven after the body; the grey is folded into the anchor's bias."""
    blocks = (len(convolutions) - 8) // 2
    body = [f"body.{block}.{part}" for block in range(blocks) for part in ("first", "second")]
    after = ("middle", "up", "skip", "fine.first", "fine.second", "tail", "anchor")
    weights: Weights = {}
    for name, (kernel, bias) in zip(["head", *body, *after], convolutions, strict=True):
        weights |= {f"{name}.weight": kernel, f"{name}.bias": bias}
    weights["head.weight"] = functional.pixel_unshuffle(weights["head.weight"], FOLDING)
    weights["anchor.bias"] = weights["anchor.bias"] - MID_GREY
    return weights


def read_shipped_weights(path: Path) -> Weights:
    """The weights of a file that `export` wrote for the `fast` family or for a restorer.

    Raises:
        ValueError: the file contains another network.
    """
    graph = onnx.load(path).graph
    constants = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    convolutions = [
        [torch.from_numpy(constants[name].copy()) for name in node.input[1:]]
        for node in graph.node
        if node.op_type == "Conv"
    ]
    tensors = [len(convolution) for convolution in convolutions]
    has_even_count = len(tensors) >= 4 and len(tensors) % 2 == 0
    if has_even_count and tensors == [2] * (len(tensors) - 1) + [1]:
        return _read_fast(convolutions)
    is_folded = len(tensors) > 8 and convolutions[0][0].shape[-1] == 3 * FOLDING
    if has_even_count and is_folded and set(tensors) == {2}:
        return _read_restorer(convolutions)
    raise ValueError(f"{path} holds no network of the fast family and no restorer.")
