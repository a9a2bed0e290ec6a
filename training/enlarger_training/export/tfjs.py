"""Writes a model's TensorFlow.js files next to its ONNX file."""

import json
from pathlib import Path

import onnx

from enlarger_training.export.manifest import describe_file
from enlarger_training.export.tfjs_agreement import require_tfjs_agreement
from enlarger_training.export.tfjs_graph import TfjsExporter

TFJS_MODEL_NAME = "model.json"
TFJS_WEIGHTS_NAME = "weights.bin"
_ENGINE = "tensorflow"


def write_tfjs(onnx_file: Path) -> list[Path]:
    """Writes `model.json` and `weights.bin` next to an ONNX file, from which they are converted.

    Raises:
        UnsupportedGraphError: the graph has an operator that is not known.
        DisagreementError: the files compute something else; nothing is left behind.
    """
    graph = TfjsExporter(onnx.load(onnx_file)).export()
    files = [onnx_file.with_name(TFJS_MODEL_NAME), onnx_file.with_name(TFJS_WEIGHTS_NAME)]
    model_file, weights_file = files
    entries = [
        {"name": name, "shape": list(values.shape), "dtype": values.dtype.name}
        for name, values in graph.weights.items()
    ]
    model = {
        "format": "graph-model",
        "generatedBy": "enlarger-training",
        "convertedBy": "enlarger-training",
        "signature": graph.signature,
        "modelTopology": graph.topology,
        "weightsManifest": [{"paths": [TFJS_WEIGHTS_NAME], "weights": entries}],
    }
    model_file.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    weights_file.write_bytes(b"".join(values.tobytes() for values in graph.weights.values()))
    try:
        require_tfjs_agreement(model_file, onnx_file)
    except RuntimeError:
        for file in files:
            file.unlink()
        raise
    return files


def describe_tfjs_files(files: list[Path]) -> list[dict[str, object]]:
    """The manifest's entries of a graph model, `model.json` first."""
    return [describe_file(file, _ENGINE) for file in files]


def add_tfjs(folder: Path) -> list[Path]:
    """Writes the TensorFlow.js files of a finished model and enters them in its manifest."""
    manifest_file = folder / "manifest.json"
    manifest = json.loads(manifest_file.read_text("utf-8"))
    kept = [entry for entry in manifest["files"] if entry["engine"] != _ENGINE]
    (onnx_entry,) = [entry for entry in kept if entry["engine"] == "onnx"]
    files = write_tfjs(folder / onnx_entry["path"])
    manifest["files"] = [*kept, *describe_tfjs_files(files)]
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    manifest_file.write_text(text + "\n", encoding="utf-8")
    return files
