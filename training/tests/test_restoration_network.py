"""The restorers: their receptive field, and their exported files."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from enlarger_training.checkpoint import read_weights, start_from
from enlarger_training.export.agreement import open_session, require_agreement, run_onnx
from enlarger_training.export.costs import count_costs
from enlarger_training.export.graph import size_multiple
from enlarger_training.export.residual import describe_residual
from enlarger_training.export.restoration_graph import build_restoration_graph
from enlarger_training.export.tfjs import write_tfjs
from enlarger_training.export.tfjs_agreement import run_tfjs
from enlarger_training.networks import build_network
from enlarger_training.networks.bicubic_anchor import bicubic_kernel
from enlarger_training.networks.restoration import RestorationNetwork, unfold_kernel


def small_network(blocks: int = 1) -> RestorationNetwork:
    """A network of few channels in which every weight matters."""
    network = RestorationNetwork(2, channels=8, blocks=blocks, fine_channels=4)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.2)
    return network.eval()


def test_a_fresh_network_enlarges_nearly_as_bicubic_interpolation_does() -> None:
    network = RestorationNetwork(4, channels=8, blocks=1, fine_channels=4)
    image = torch.rand(1, 3, 12, 16)
    bicubic = nn.functional.conv2d(image - 0.5, bicubic_kernel(4), padding=2)
    expected = nn.functional.pixel_shuffle(bicubic, 4) + 0.5
    with torch.no_grad():
        made = network(image)
    assert made.shape == (1, 3, 48, 64)
    assert (made - expected).abs().max() < 0.15


def test_a_convolution_of_folded_pixels_is_one_with_a_stride() -> None:
    folded = nn.Conv2d(12, 5, 3, padding=1, bias=False)
    image = torch.rand(2, 3, 10, 8)
    expected = folded(nn.functional.pixel_unshuffle(image, 2))
    made = nn.functional.conv2d(image, unfold_kernel(folded.weight), stride=2, padding=2)
    assert torch.allclose(made, expected, atol=1e-6)


@pytest.mark.parametrize("blocks", [1, 2])
def test_the_context_is_what_an_output_pixel_depends_on(blocks: int) -> None:
    network = small_network(blocks)
    side, reaches = 96, []
    # Activations that pass everything let no dependence hide behind a zero.
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.constant_(module.weight, 0.01)
            nn.init.constant_(module.bias, 1.0)  # type: ignore[arg-type]  # it has a bias
    for pixel in (48, 49):
        image = torch.rand(1, 3, side, side, requires_grad=True)
        network(image)[0, 0, 2 * pixel, 2 * pixel].backward()
        assert image.grad is not None
        (seen,) = image.grad[0].abs().sum(dim=(0, 1)).nonzero(as_tuple=True)
        reaches += [pixel - int(seen.min()), int(seen.max()) - pixel]
    assert max(reaches) == network.context_px()


def test_the_file_computes_what_the_network_does(tmp_path: Path) -> None:
    network = small_network()
    model = build_restoration_graph(network)
    onnx.save(model, tmp_path / "weights.onnx")
    assert require_agreement(network, tmp_path / "weights.onnx") < 1e-4
    assert size_multiple(model) == 2
    for file in write_tfjs(tmp_path / "weights.onnx"):
        assert file.exists()


def test_a_file_gives_back_the_network(tmp_path: Path) -> None:
    network, again = small_network(blocks=2), small_network(blocks=2)
    onnx.save(build_restoration_graph(network), tmp_path / "weights.onnx")
    assert start_from(again, read_weights(tmp_path / "weights.onnx")) == []
    image = torch.rand(1, 3, 8, 12)
    with torch.no_grad():
        assert torch.allclose(again(image), network(image), atol=1e-5)


def test_odd_images_are_extended_by_their_edge_and_cut_again(tmp_path: Path) -> None:
    network = small_network()
    onnx.save(build_restoration_graph(network), tmp_path / "weights.onnx")
    image = torch.rand(1, 3, 13, 9)
    extended = nn.functional.pad(image, (0, 1, 0, 1), mode="replicate")
    with torch.no_grad():
        expected = network(extended)[..., :26, :18].numpy()
    made = run_onnx(open_session(tmp_path / "weights.onnx"), image.numpy(), multiple_px=2)
    assert abs(made - expected).max() < 1e-4


def test_the_shipped_design_keeps_to_its_budget() -> None:
    network = build_network("restoration", 4, {})
    costs = count_costs(build_restoration_graph(network.eval()))  # type: ignore[arg-type]
    assert costs.parameters == 1_987_728
    assert costs.macs / 64**2 < 600_000


def test_scaling_the_residual_moves_the_output_towards_interpolation(tmp_path: Path) -> None:
    network = small_network()
    model = build_restoration_graph(network)
    file = tmp_path / "weights.onnx"
    onnx.save(model, file)
    weights_file = write_tfjs(file)[-1]
    entries = describe_residual(model, file, weights_file)
    for path in (file, weights_file):
        content = bytearray(path.read_bytes())
        for entry in entries:
            if entry["path"] == path.name:
                start, size = int(str(entry["byteOffset"])), 4 * int(str(entry["count"]))
                values = np.frombuffer(content[start : start + size], np.float32)
                content[start : start + size] = (0.25 * values).tobytes()
        path.write_bytes(content)
    image = torch.rand(1, 3, 8, 8)
    with torch.no_grad():
        whole = network(image)
        for parameter in network.tail.parameters():
            parameter.zero_()
        interpolated = network(image)
    expected = (0.25 * whole + 0.75 * interpolated).numpy()
    assert abs(run_onnx(open_session(file), image.numpy()) - expected).max() < 1e-4
    made = run_tfjs(weights_file.with_name("model.json"), image.numpy())
    assert abs(made - expected).max() < 1e-4
