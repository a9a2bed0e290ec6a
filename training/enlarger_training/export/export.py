"""From a checkpoint to the folder that the program loads."""

import json
from pathlib import Path

import onnx

from enlarger_training.checkpoint import read_progress, read_weights
from enlarger_training.configuration import Configuration
from enlarger_training.evaluation import TestPicture, mean_fidelity, measure
from enlarger_training.export.agreement import require_agreement
from enlarger_training.export.costs import count_costs
from enlarger_training.export.enlarge import enlarge_with_file
from enlarger_training.export.fast_graph import build_fast_graph
from enlarger_training.export.manifest import TrainingRecord, build_manifest
from enlarger_training.export.srresnet_graph import build_srresnet_graph
from enlarger_training.networks import Network, build_network
from enlarger_training.networks.fast import FastNetwork

MANIFEST_NAME = "manifest.json"


def build_graph(network: Network) -> onnx.ModelProto:
    """The graph that runs, whatever the family; equal to the network in evaluation mode."""
    if isinstance(network, FastNetwork):
        return build_fast_graph(network)
    return build_srresnet_graph(network)


def export(
    configuration: Configuration,
    checkpoint: Path,
    destination: Path,
    test_sets: dict[str, list[TestPicture]],
) -> Path:
    """Writes `<id>.onnx` and `manifest.json`, with the PSNR measured from the file itself.

    Returns:
        The path of the ONNX file.

    Raises:
        DisagreementError: the file does not compute what the network does; nothing
            is left behind.
    """
    choice = configuration.network
    network = build_network(choice.family, choice.scale, choice.options)
    network.load_state_dict(read_weights(checkpoint))
    network.eval()
    destination.mkdir(parents=True, exist_ok=True)
    file = destination / f"{configuration.id}.onnx"
    model = build_graph(network)
    onnx.save(model, file)
    try:
        require_agreement(network, file)
    except RuntimeError:
        file.unlink()
        raise
    enlarge = enlarge_with_file(file)
    psnr_db = {
        name: mean_fidelity(measure(enlarge, pictures, choice.scale)).psnr_db
        for name, pictures in test_sets.items()
    }
    steps, seconds = read_progress(checkpoint)
    record = TrainingRecord(steps, seconds, psnr_db)
    costs = count_costs(model)
    manifest = build_manifest(configuration, file, costs, network.context_px(), record)
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (destination / MANIFEST_NAME).write_text(text + "\n", encoding="utf-8")
    return file
