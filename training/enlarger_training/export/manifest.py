"""The manifest next to a model's files: everything that is known about a network.

The field names are those of `core/models/manifest.ts`, which checks them.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from enlarger_training.configuration import Configuration
from enlarger_training.export.costs import Costs
from enlarger_training.export.graph import INPUT_NAME, OUTPUT_NAME

SCHEMA = "enlarger.model/1"


@dataclass(frozen=True)
class TrainingRecord:
    """How the weights were trained.

    Attributes:
        steps: Optimiser steps of the last run.
        seconds: Time spent on them.
        psnr_db: By test set, `set5` and `set14`; the manifest has both or neither.
    """

    steps: int
    seconds: float
    psnr_db: dict[str, float]


def describe_file(path: Path, engine: str) -> dict[str, object]:
    """The manifest's entry of a file for one engine, `onnx` or `tensorflow`."""
    content = path.read_bytes()
    return {
        "engine": engine,
        "path": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "sizeBytes": len(content),
    }


def _port(name: str) -> dict[str, object]:
    return {"name": name, "layout": "nchw", "channels": "rgb", "range": [0, 1]}


def build_manifest(
    configuration: Configuration,
    files: list[dict[str, object]],
    costs: Costs,
    context_px: int,
    record: TrainingRecord,
    *,
    trained: Costs | None = None,
    multiple_px: int = 1,
    residual: list[dict[str, object]] | None = None,
) -> dict[str, object]:
    """The manifest of a model whose context is exact, so that tiles need no cross-fade.

    Args:
        trained: Of the network before folding, by the study's rule, for its generators.
        multiple_px: Of which the sides of the input have to be multiples.
        residual: Of restorers, see `residual.py`.
    """
    card = configuration.card
    optional: dict[str, object] = {}
    if trained is not None:
        optional["trained"] = {"parameters": trained.parameters, "macs": trained.macs}
    if residual is not None:
        optional["kind"] = "restoring"
        optional["residual"] = residual
    if card.faithful:
        optional["faithful"] = card.faithful
    tiling = {"contextPx": context_px, "blendPx": 0}
    if multiple_px > 1:
        tiling["multiplePx"] = multiple_px
    manifest: dict[str, object] = {
        "schema": SCHEMA,
        "id": configuration.id,
        "name": card.name,
        "family": configuration.shelf_family,
        "purpose": card.purpose,
        "scale": configuration.network.scale,
        "network": card.network,
        "parameters": costs.parameters,
        "macs": costs.macs,
        **optional,
        "receptiveFieldPx": 2 * context_px + 1,
        "tiling": tiling,
        "input": _port(INPUT_NAME),
        "output": _port(OUTPUT_NAME),
        "files": files,
        "licence": card.licence,
        "training": {
            "steps": record.steps,
            "seed": configuration.seed,
            "seconds": round(record.seconds, 1),
            "description": card.training,
            "data": card.data,
        },
    }
    if {"set5", "set14"} <= record.psnr_db.keys():
        manifest["psnr"] = {name: round(record.psnr_db[name], 3) for name in ("set5", "set14")}
    return manifest
