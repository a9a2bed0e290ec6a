import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from enlarger_training.export import tfjs_graph
from enlarger_training.export.agreement import DisagreementError
from enlarger_training.export.export import build_graph
from enlarger_training.export.graph import ConvolutionWeights, GraphBuilder
from enlarger_training.export.tfjs import add_tfjs, write_tfjs
from enlarger_training.export.tfjs_agreement import depth_to_space, require_tfjs_agreement, run_tfjs
from enlarger_training.export.tfjs_graph import UnsupportedGraphError, channels_for_depth_to_space
from enlarger_training.networks import build_network
from tests.test_export import with_lively_weights

FAMILIES: list[tuple[str, int, dict[str, int | str]]] = [
    ("fast", 2, {"channels": 8, "blocks": 1}),
    ("fast", 3, {"channels": 8, "blocks": 1}),
    ("fast", 4, {"channels": 8, "blocks": 2}),
    ("srresnet", 4, {"activation": "prelu"}),
    ("srresnet-lite", 4, {}),
]


def save_onnx(folder: Path, family: str, scale: int, options: dict[str, int | str]) -> Path:
    torch.manual_seed(1)
    network = build_network(family, scale, options)
    for module in network.modules():
        if isinstance(module, nn.Conv2d) and module.bias is not None:
            nn.init.uniform_(module.bias, -0.1, 0.1)
    onnx.save(build_graph(with_lively_weights(network)), folder / "weights.onnx")
    return folder / "weights.onnx"


@pytest.mark.parametrize(("family", "scale", "options"), FAMILIES)
def test_the_graph_model_computes_what_the_onnx_file_does(
    family: str, scale: int, options: dict[str, int | str], tmp_path: Path
) -> None:
    file = save_onnx(tmp_path, family, scale, options)
    model_file, _ = write_tfjs(file)
    assert require_tfjs_agreement(model_file, file) < 1e-4


@pytest.mark.parametrize(("family", "scale", "options"), FAMILIES[:4])
def test_channels_left_in_pytorchs_order_are_refused(
    family: str,
    scale: int,
    options: dict[str, int | str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def leave(channels: int, scale: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.arange(channels)

    monkeypatch.setattr(tfjs_graph, "channels_for_depth_to_space", leave)
    file = save_onnx(tmp_path, family, scale, options)
    with pytest.raises(DisagreementError, match="must not ship"):
        write_tfjs(file)
    assert list(tmp_path.iterdir()) == [file]


def test_the_order_makes_tensorflows_shuffle_equal_to_pytorchs() -> None:
    source = torch.rand(1, 12, 2, 3)
    order = channels_for_depth_to_space(12, 2)
    assert order.tolist() == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]
    shuffled = depth_to_space(source[:, order].permute(0, 2, 3, 1), 2)
    assert torch.equal(shuffled.permute(0, 3, 1, 2), torch.pixel_shuffle(source, 2))


def test_single_numbers_between_convolution_and_shuffle_stay_as_they_are(tmp_path: Path) -> None:
    graph = GraphBuilder()
    convolved = graph.convolution("image", ConvolutionWeights(torch.rand(12, 3, 3, 3)))
    stretched = graph.multiply(graph.sigmoid(convolved), graph.constant(torch.tensor(2.5)))
    shifted = graph.subtract(stretched, graph.constant(torch.tensor(0.75)))
    file = tmp_path / "weights.onnx"
    onnx.save(graph.finish(graph.shuffle(shifted, 2)), file)
    model_file, _ = write_tfjs(file)
    assert require_tfjs_agreement(model_file, file) < 1e-5


def test_a_shuffle_of_channels_that_others_use_too_is_refused(tmp_path: Path) -> None:
    graph = GraphBuilder()
    doubled = graph.concatenate(["image"] * 4)
    onnx.save(graph.finish(graph.shuffle(doubled, 2)), tmp_path / "weights.onnx")
    with pytest.raises(UnsupportedGraphError, match="between convolution and shuffle"):
        write_tfjs(tmp_path / "weights.onnx")


def test_a_finished_model_gets_its_files_and_their_entries(tmp_path: Path) -> None:
    file = save_onnx(tmp_path, *FAMILIES[0])
    entry = {"engine": "onnx", "path": file.name, "sha256": "0", "sizeBytes": 1}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": [entry]}), "utf-8")
    for _ in range(2):  # the second time it replaces what it wrote
        add_tfjs(tmp_path)
        entries = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["files"]
        assert [(one["engine"], one["path"]) for one in entries] == [
            ("onnx", "weights.onnx"),
            ("tensorflow", "model.json"),
            ("tensorflow", "weights.bin"),
        ]
        assert entries[2]["sizeBytes"] == (tmp_path / "weights.bin").stat().st_size
    image = np.full((1, 3, 5, 4), 0.5, np.float32)
    assert run_tfjs(tmp_path / "model.json", image).shape == (1, 3, 10, 8)
