import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn
from torch.nn import functional

from enlarger_training.checkpoint import read_weights, save_run
from enlarger_training.configuration import Configuration, parse_configuration
from enlarger_training.evaluation import (
    enlarge_bicubic,
    enlarge_with,
    load_test_images,
    mean_fidelity,
    measure,
)
from enlarger_training.export import export as export_module
from enlarger_training.export.agreement import (
    DisagreementError,
    largest_difference,
    open_session,
    run_onnx,
)
from enlarger_training.export.costs import count_costs
from enlarger_training.export.enlarge import enlarge_with_file
from enlarger_training.export.export import Evidence, build_graph, export
from enlarger_training.export.graph import GraphBuilder
from enlarger_training.export.phases import (
    convolutions_by_plane,
    kernel_before_shuffle,
    reorder_inputs,
)
from enlarger_training.images import read_image
from enlarger_training.networks import Network, build_network
from enlarger_training.networks.srresnet import SrresnetNetwork
from enlarger_training.train import begin_run
from tests.test_training import SMOKE


def with_lively_weights(network: Network) -> Network:
    """Batch-norm statistics and slopes as after training, so that folding is put to the test."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.2, 0.2)
            assert module.running_mean is not None and module.running_var is not None
            nn.init.uniform_(module.running_mean, -0.2, 0.2)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
        if isinstance(module, nn.PReLU):
            nn.init.constant_(module.weight, 0.13)
    return network.eval()


@pytest.mark.parametrize(
    ("family", "scale", "options"),
    [
        ("fast", 2, {}),
        ("fast", 3, {"channels": 8, "blocks": 1}),
        ("fast", 4, {}),
        ("srresnet", 4, {"activation": "prelu"}),
        ("srresnet-lite", 4, {"tail_px": 5}),
        ("srresnet-lite", 4, {"activation": "relu"}),
    ],
)
def test_the_file_computes_what_the_network_does(
    family: str, scale: int, options: dict[str, int | str], tmp_path: Path
) -> None:
    network = with_lively_weights(build_network(family, scale, options))
    onnx.save(build_graph(network), tmp_path / "model.onnx")
    assert largest_difference(network, tmp_path / "model.onnx") <= 2e-5


def test_training_goes_on_from_a_shipped_file(tmp_path: Path) -> None:
    shipped = build_network("fast", 4, {"channels": 8, "blocks": 2}).eval()
    onnx.save(build_graph(shipped), tmp_path / "weights.onnx")
    text = SMOKE.format(family="fast", precision="fp32", options="{ channels = 8, blocks = 2 }")
    network = begin_run(parse_configuration(text), tmp_path / "weights.onnx").network
    image = torch.rand(1, 3, 9, 9)
    assert torch.allclose(network(image), shipped(image), atol=1e-5)


def test_only_files_of_the_fast_family_and_of_restorers_are_read_back(tmp_path: Path) -> None:
    onnx.save(build_graph(build_network("srresnet-lite", 4, {}).eval()), tmp_path / "other.onnx")
    with pytest.raises(ValueError, match="no network of the fast family"):
        read_weights(tmp_path / "other.onnx")


# Folding removes scale, shift and multiplications of every normalised channel and
# the two slopes, which act on 128² + 256² pixels, and adds a bias to each such channel.
# srresnet has 33 · 64 normalised channels at 64². srresnet-lite has 16 · 96 + 64 in
# its body and 256 in each upscaling step, the second of which works at 128².
@pytest.mark.parametrize(
    ("family", "parameters", "macs"),
    [
        ("fast", 180_208, 735_510_528),
        (
            "srresnet",
            1_546_754 - 33 * 64 - 2,
            9_094_381_568 - 33 * 64 * 64**2 - 128**2 - 256**2,
        ),
        (
            "srresnet-lite",
            642_050 - (16 * 96 + 64 + 2 * 256) - 2,
            2_758_885_376 - (16 * 96 + 64 + 256) * 64**2 - 256 * 128**2 - 128**2 - 256**2,
        ),
    ],
)
def test_costs_are_recounted_from_the_file(family: str, parameters: int, macs: int) -> None:
    network = build_network(family, 4, {})
    costs = count_costs(build_graph(network.eval()))
    if isinstance(network, SrresnetNetwork):
        # The tail runs before the shuffle with its taps spread over larger kernels
        # that have zeros in between.
        tail = network.tail.weight
        if network.design.is_depthwise_upscale:
            spread = sum(one.kernel.numel() for one in convolutions_by_plane(tail))
        else:
            spread = kernel_before_shuffle(tail).numel()
        parameters += spread - tail.numel()
        macs += spread * 128**2 - tail.numel() * 256**2
    assert (costs.parameters, costs.macs) == (parameters, macs)


@pytest.mark.parametrize("side_px", [1, 3, 5, 9])
def test_a_convolution_before_the_shuffle_equals_one_after_it(side_px: int) -> None:
    kernel = torch.rand(3, 5, side_px, side_px)
    features = torch.rand(1, 20, 6, 7)
    after = functional.conv2d(torch.pixel_shuffle(features, 2), kernel, padding="same")
    before = reorder_inputs(kernel_before_shuffle(kernel))
    convolved = functional.conv2d(features, before, padding="same")
    assert torch.allclose(torch.pixel_shuffle(convolved, 2), after, atol=1e-4)
    # Every tap works once for each of the four sub-pixels and nowhere else.
    assert before.count_nonzero() == 4 * kernel.numel()


@pytest.mark.parametrize(("side_px", "small_side_px"), [(1, 1), (3, 2), (5, 3), (9, 5)])
def test_a_convolution_after_the_shuffle_is_a_sum_over_its_sub_pixels(
    side_px: int, small_side_px: int
) -> None:
    kernel = torch.rand(3, 5, side_px, side_px)
    features = torch.rand(1, 20, 6, 7)
    after = functional.conv2d(torch.pixel_shuffle(features, 2), kernel, padding="same")
    total, taps = torch.zeros(()), 0
    for plane, one in enumerate(convolutions_by_plane(kernel)):
        assert one.kernel.shape == (12, 5, small_side_px, small_side_px)
        assert one.pads is not None
        top, left, bottom, right = one.pads
        padded = functional.pad(features[:, plane::4], (left, right, top, bottom))
        total = total + functional.conv2d(padded, one.kernel)
        taps += int(one.kernel.count_nonzero())
    assert torch.allclose(torch.pixel_shuffle(total, 2), after, atol=1e-4)
    # Nothing of the kernel is cut off.
    assert taps == 4 * kernel.numel()


def test_the_two_channel_orders_of_a_shuffle_differ(tmp_path: Path) -> None:
    channels = torch.arange(12.0).view(1, 12, 1, 1)
    planes = []
    for is_plane_major in (False, True):
        graph = GraphBuilder()
        added = graph.add("image", graph.constant(channels))
        # The graph's input has three channels; adding twelve constants needs one.
        model = graph.finish(graph.shuffle(added, 2, is_plane_major))
        model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 1
        onnx.save(model, tmp_path / "shuffle.onnx")
        session = open_session(tmp_path / "shuffle.onnx")
        planes.append(run_onnx(session, np.zeros((1, 1, 1, 1), np.float32))[0])
    assert planes[0][0].tolist() == [[0, 1], [2, 3]]
    assert planes[1][0].tolist() == [[0, 3], [6, 9]]
    assert torch.equal(torch.pixel_shuffle(channels, 2)[0], torch.from_numpy(planes[0]))


@pytest.fixture
def smoke_configuration() -> Configuration:
    options = "{ channels = 8, blocks = 1 }"
    return parse_configuration(SMOKE.format(family="fast", precision="fp32", options=options))


@pytest.fixture
def checkpoint(smoke_configuration: Configuration, tmp_path: Path) -> Path:
    run = begin_run(smoke_configuration)
    run.step, run.seconds = 40, 3.25
    save_run(run, tmp_path / "checkpoint.pt")
    return tmp_path / "checkpoint.pt"


def test_export_writes_file_and_manifest(
    smoke_configuration: Configuration, checkpoint: Path, image_folder: Path, tmp_path: Path
) -> None:
    images = load_test_images(image_folder / "graphics", 4)
    destination = tmp_path / "smoke"
    credits = tmp_path / "manifest.csv"
    credits.write_text("file,source,licence\na,one,CC0\nb,two,CC-BY\nc,two,CC-BY\n", "utf-8")
    evidence = Evidence({"set5": images, "set14": images}, images, credits=credits)
    file = export(smoke_configuration, checkpoint, destination, evidence)
    manifest = json.loads((destination / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["schema"] == "enlarger.model/1"
    assert manifest["tiling"] == {"contextPx": 4, "blendPx": 0}
    assert manifest["receptiveFieldPx"] == 9
    assert manifest["files"][0]["sizeBytes"] == file.stat().st_size
    assert manifest["training"]["steps"] == 40
    measured = mean_fidelity(measure(enlarge_with_file(file), images, 4)).psnr_db
    assert manifest["psnr"]["set5"] == pytest.approx(measured, abs=5e-4)
    card = (destination / "README.md").read_text(encoding="utf-8")
    assert "| two | CC-BY | 2 |\n| one | CC0 | 1 |" in card
    assert f"| set5 | {measured:.3f} / " in card
    assert "](drawing.webp)" in card
    strip = read_image(destination / "drawing.webp")
    assert strip.shape == (96, 3 * 96 + 8, 3)


def test_export_refuses_a_file_that_computes_something_else(
    smoke_configuration: Configuration,
    checkpoint: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def build_wrong_graph(network: Network) -> onnx.ModelProto:
        with torch.no_grad():
            network.get_parameter("anchor.bias").add_(0.001)
            graph = build_graph(network)
            network.get_parameter("anchor.bias").sub_(0.001)
        return graph

    monkeypatch.setattr(export_module, "build_graph", build_wrong_graph)
    with pytest.raises(DisagreementError, match="must not ship"):
        export(smoke_configuration, checkpoint, tmp_path / "out", Evidence())
    assert list((tmp_path / "out").iterdir()) == []


def test_network_and_file_enlarge_images_alike(image_folder: Path, tmp_path: Path) -> None:
    network = build_network("fast", 4, {"channels": 8, "blocks": 1}).eval()
    onnx.save(build_graph(network), tmp_path / "model.onnx")
    (image,) = load_test_images(image_folder / "graphics", 4)
    by_network = enlarge_with(network)(image.small)
    by_file = enlarge_with_file(tmp_path / "model.onnx")(image.small)
    assert by_network.shape == image.original.shape
    assert np.abs(by_network.astype(int) - by_file).max() <= 1
    assert enlarge_bicubic(4)(image.small).shape == image.original.shape
