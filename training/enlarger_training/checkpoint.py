"""Saving and restoring a run, and reading weights to start from."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from enlarger_training.adversary import DiscriminatorRun
from enlarger_training.average import MovingAverage, Weights
from enlarger_training.networks.widened import collapse


@dataclass
class Run:
    """All that changes while training.

    Attributes:
        network: What is trained.
        optimizer: Adam with its moments.
        average: What ships.
        discriminator: Present if a stage trains against one.
        step: Steps taken.
        seconds: Time spent on them, over all sittings.
    """

    network: nn.Module
    optimizer: torch.optim.Optimizer
    average: MovingAverage
    discriminator: DiscriminatorRun | None = None
    step: int = 0
    seconds: float = 0.0


def save_run(run: Run, path: Path) -> None:
    """Writes a checkpoint; a break while writing leaves the earlier one intact."""
    state = {
        "network": run.network.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "average": run.average.weights,
        "discriminator": run.discriminator.state() if run.discriminator else None,
        "step": run.step,
        "seconds": run.seconds,
    }
    unfinished = path.with_suffix(".part")
    torch.save(state, unfinished)
    os.replace(unfinished, path)


def restore_run(run: Run, path: Path) -> None:
    """Brings a fresh run to where the checkpoint was written."""
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    run.network.load_state_dict(state["network"])
    run.optimizer.load_state_dict(state["optimizer"])
    for name, tensor in state["average"].items():
        run.average.weights[name].copy_(tensor)
    if run.discriminator and state["discriminator"]:
        run.discriminator.restore(state["discriminator"])
    run.step = state["step"]
    run.seconds = state["seconds"]


def read_weights(path: Path) -> Weights:
    """The averaged weights of a checkpoint, of a file of nothing but weights, or of a shipped file.

    Widened kernels come multiplied out, as the plain network has them.

    Raises:
        ValueError: an ONNX file of neither the `fast` family nor a restorer.
    """
    if path.suffix == ".onnx":
        # Imported here: onnx takes a second to load and resuming does not need it.
        from enlarger_training.networks.shipped import read_shipped_weights

        return read_shipped_weights(path)
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    weights: Weights = state.get("average", state)
    return collapse(weights)


def trim(checkpoint: Path, destination: Path) -> None:
    """Writes a checkpoint without its optimisers: what `--start-from` needs, much smaller."""
    state: dict[str, Any] = torch.load(checkpoint, map_location="cpu", weights_only=True)
    kept = {name: state[name] for name in ("network", "average", "step", "seconds")}
    destination.parent.mkdir(parents=True, exist_ok=True)
    torch.save(kept, destination)


def blend(checkpoints: list[Path], destination: Path) -> None:
    """Writes the mean of several runs that began with the same weights, plain kernels.

    Runs that part with different seeds are in the same basin, and their middle is better than
    each (Wortsman et al. 2022). Steps and seconds are those of all runs together.

    Raises:
        KeyError: the networks differ.
    """
    parts = [read_weights(path) for path in checkpoints]
    mean = {
        name: torch.stack([part[name] for part in parts]).mean(dim=0)
        if tensor.is_floating_point()
        else tensor
        for name, tensor in parts[0].items()
    }
    step, seconds = (sum(column) for column in zip(*map(read_progress, checkpoints), strict=True))
    destination.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"network": mean, "average": mean, "step": step, "seconds": seconds}, destination)


def read_progress(path: Path) -> tuple[int, float]:
    """Steps taken and seconds spent, of a checkpoint."""
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return int(state["step"]), float(state["seconds"])


def start_from(network: nn.Module, weights: Weights) -> list[str]:
    """Copies every weight of equal name and shape; returns the names that start fresh.

    So a network starts from one of another scale (tail and anchor fresh) or of
    fewer blocks (see `FastNetwork.silence_fresh_blocks`).
    """
    own = network.state_dict()
    matching = {n: t for n, t in weights.items() if n in own and own[n].shape == t.shape}
    network.load_state_dict(own | matching)
    return sorted(own.keys() - matching.keys())
