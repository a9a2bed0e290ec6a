"""From a checkpoint to the folder that the program loads."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import onnx

from enlarger_training.checkpoint import read_progress, read_weights
from enlarger_training.configuration import Configuration
from enlarger_training.evaluation import (
    Enlarge,
    TestImage,
    enlarge_bicubic,
    mean_fidelity,
    measure,
)
from enlarger_training.export.agreement import require_agreement
from enlarger_training.export.card import SetResult, read_credits, write_card
from enlarger_training.export.costs import Costs, count_costs
from enlarger_training.export.enlarge import enlarge_with_file
from enlarger_training.export.fast_graph import build_fast_graph
from enlarger_training.export.graph import size_multiple
from enlarger_training.export.manifest import TrainingRecord, build_manifest, describe_file
from enlarger_training.export.residual import describe_residual
from enlarger_training.export.restoration_graph import build_restoration_graph
from enlarger_training.export.srresnet_graph import build_srresnet_graph
from enlarger_training.export.strip import draw_strip
from enlarger_training.export.tfjs import describe_tfjs_files, write_tfjs
from enlarger_training.images import write_image
from enlarger_training.networks import Network, build_network
from enlarger_training.networks.counting import trained_macs, trained_parameters
from enlarger_training.networks.fast import FastNetwork
from enlarger_training.networks.restoration import RestorationNetwork
from enlarger_training.networks.srresnet import SrresnetNetwork

WEIGHTS_NAME = "weights.onnx"
MANIFEST_NAME = "manifest.json"
CARD_NAME = "README.md"


@dataclass(frozen=True)
class Evidence:
    """What the manifest and the card are proven and credited with.

    Attributes:
        test_sets: By name; `set5` and `set14` go into the manifest.
        strip_images: Shown in the card as bicubic | ours | others | original.
        strip_methods: The others, by the names that the card gives them.
        benchmark: Markdown table of `restoration`, for restorers.
        credits: CSV with `source` and `licence` of every training image.
    """

    test_sets: dict[str, list[TestImage]] = field(default_factory=dict)
    strip_images: list[TestImage] = field(default_factory=list)
    strip_methods: dict[str, Enlarge] = field(default_factory=dict)
    benchmark: Path | None = None
    credits: Path | None = None


def build_graph(network: Network) -> onnx.ModelProto:
    """The graph that runs, whatever the family; equal to the network in evaluation mode."""
    if isinstance(network, FastNetwork):
        return build_fast_graph(network)
    if isinstance(network, RestorationNetwork):
        return build_restoration_graph(network)
    return build_srresnet_graph(network)


def count_trained(network: Network) -> Costs | None:
    """The study's totals for its two generators; None for other families."""
    if not isinstance(network, SrresnetNetwork):
        return None
    return Costs(trained_parameters(network), trained_macs(network))


def load_trained(configuration: Configuration, checkpoint: Path) -> Network:
    """The network with a checkpoint's averaged weights, in evaluation mode."""
    choice = configuration.network
    network = build_network(choice.family, choice.scale, choice.options)
    network.load_state_dict(read_weights(checkpoint))
    return network.eval()


def _save_proven(network: Network, model: onnx.ModelProto, file: Path) -> None:
    onnx.save(model, file)
    try:
        require_agreement(network, file)
    except RuntimeError:
        file.unlink()
        raise


def _measure_sets(enlarge: Enlarge, evidence: Evidence, scale: int) -> list[SetResult]:
    return [
        SetResult(
            name,
            mean_fidelity(measure(enlarge, images, scale)),
            mean_fidelity(measure(enlarge_bicubic(scale), images, scale)),
        )
        for name, images in evidence.test_sets.items()
    ]


def _draw_strips(enlarge: Enlarge, evidence: Evidence, scale: int, destination: Path) -> str:
    """Writes the strips; the card's lines that show them."""
    if not evidence.strip_images:
        return ""
    methods = {
        "bicubic": enlarge_bicubic(scale),
        "this network": enlarge,
        **evidence.strip_methods,
    }
    columns = ", ".join([*methods, "original"])
    lines = [f"## {columns[0].upper()}{columns[1:]}", ""]
    for image in evidence.strip_images:
        name = f"{image.name}.webp"
        write_image(destination / name, draw_strip(image, list(methods.values())))
        lines += [f"![{image.name}: {columns}]({name})", ""]
    return "\n".join(lines)


def export(
    configuration: Configuration, checkpoint: Path, destination: Path, evidence: Evidence
) -> Path:
    """Writes `weights.onnx`, TensorFlow.js' files, `manifest.json` and the card `README.md`.

    All figures are measured from the file that was written.

    Returns:
        The path of the ONNX file.

    Raises:
        DisagreementError: a file does not compute what the network does; that file
            is not left behind.
    """
    network = load_trained(configuration, checkpoint)
    scale = configuration.network.scale
    destination.mkdir(parents=True, exist_ok=True)
    file = destination / WEIGHTS_NAME
    model = build_graph(network)
    _save_proven(network, model, file)
    tfjs_files = write_tfjs(file)
    files = [describe_file(file, "onnx"), *describe_tfjs_files(tfjs_files)]
    residual = None
    # A strength mixes with a companion where there is one.
    if isinstance(network, RestorationNetwork) and not configuration.card.faithful:
        residual = describe_residual(model, file, tfjs_files[-1])
    enlarge = enlarge_with_file(file)
    results = _measure_sets(enlarge, evidence, scale)
    steps, seconds = read_progress(checkpoint)
    record = TrainingRecord(steps, seconds, {r.name: r.ours.psnr_db for r in results})
    costs = count_costs(model)
    trained = count_trained(network)
    manifest = build_manifest(
        configuration,
        files,
        costs,
        network.context_px(),
        record,
        trained=trained,
        multiple_px=size_multiple(model),
        residual=residual,
    )
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (destination / MANIFEST_NAME).write_text(text + "\n", encoding="utf-8")
    credits = read_credits(evidence.credits)
    benchmark = evidence.benchmark.read_text(encoding="utf-8") if evidence.benchmark else ""
    card = write_card(
        configuration, record, costs, results, credits, trained=trained, benchmark=benchmark
    )
    strips = _draw_strips(enlarge, evidence, scale, destination)
    (destination / CARD_NAME).write_text(card + ("\n" + strips if strips else ""), encoding="utf-8")
    return file
