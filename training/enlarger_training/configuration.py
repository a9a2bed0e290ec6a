"""A network's TOML file: the network, its training data, and the training."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from enlarger_training.labels import AddedNoise
from enlarger_training.losses import LossSettings
from enlarger_training.losses.taught import TeachingSettings
from enlarger_training.patches import Sampling

PRECISIONS = ("fp32", "bf16")


@dataclass(frozen=True)
class NetworkChoice:
    """Arguments of `build_network`."""

    family: str
    scale: int
    options: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """A part of the training with its own patches, loss and cosine of the learning rate.

    Attributes:
        steps: Optimiser steps.
        patch_px: Side of the small patches.
        batch_size: Patches per step.
        learning_rate: Adam's highest, reached after `warmup_steps`.
        final_learning_rate_share: The cosine ends at this share of `learning_rate`.
        loss: What is minimised.
    """

    steps: int
    patch_px: int
    batch_size: int
    learning_rate: float
    warmup_steps: int = 200
    final_learning_rate_share: float = 0.01
    loss: LossSettings = field(default_factory=LossSettings)


@dataclass(frozen=True)
class Card:
    """The texts of the manifest and the card.

    Attributes:
        name: Shown to people.
        purpose: One sentence: what it is for.
        network: One line on the design.
        training: How the weights were made.
        data: What they were made from.
        licence: Of the weights, as an SPDX expression.
        failures: What it does badly; for the model card.
        faithful: Id of the network of the same form that it was trained from and
            that a strength below 1 blends with, or an empty text.
        thanks: Whose work other than images went into it, with licences.
    """

    name: str
    purpose: str
    network: str
    training: str
    data: str
    licence: str
    failures: str
    faithful: str = ""
    thanks: str = ""


@dataclass(frozen=True)
class Configuration:
    """Everything that a training run depends on, besides its images and first weights.

    Attributes:
        is_widened: Whether plain 3×3 kernels train over-parameterised, see
            `networks/widened.py`. The `fast` family always does, by itself.
        added_noise: For labelled folders, see `labels.py`.
        average_decay: Decay of the moving average of the weights, which is what ships.
        gradient_norm: Gradients are shortened to this length.
        evaluate_every: Steps between two points of the curve.
        checkpoint_every: Steps between two checkpoints.
    """

    id: str
    seed: int
    card: Card
    network: NetworkChoice
    stages: tuple[Stage, ...]
    sampling: Sampling = field(default_factory=Sampling)
    added_noise: AddedNoise = field(default_factory=AddedNoise)
    precision: str = "bf16"
    is_widened: bool = False
    average_decay: float = 0.999
    gradient_norm: float = 1.0
    evaluate_every: int = 1000
    checkpoint_every: int = 100

    @property
    def shelf_family(self) -> str:
        """What the program calls networks of this kind for all scales: the id without the scale."""
        return self.id.removesuffix(f"-x{self.network.scale}")

    @property
    def total_steps(self) -> int:
        """Steps of all stages."""
        return sum(stage.steps for stage in self.stages)

    @property
    def is_adversarial(self) -> bool:
        """Whether any stage trains against a discriminator."""
        return any(stage.loss.adversarial_weight > 0 for stage in self.stages)

    def stage_at(self, step: int) -> tuple[Stage, int]:
        """The stage that a step (from 0) belongs to, and the step within it."""
        for stage in self.stages:
            if step < stage.steps:
                return stage, step
            step -= stage.steps
        raise ValueError(f"The {self.total_steps} steps are over.")


def _parse_stage(table: dict[str, Any]) -> Stage:
    loss_table = table.pop("loss", {})
    teaching_table = loss_table.pop("teaching", None)
    teaching = None
    if teaching_table is not None:
        names = tuple(teaching_table.pop("feature_networks", TeachingSettings.feature_networks))
        teaching = TeachingSettings(**teaching_table, feature_networks=names)
    loss = LossSettings(**loss_table, teaching=teaching)
    return Stage(**table, loss=loss)


def parse_configuration(text: str) -> Configuration:
    """Reads the TOML text of a configuration.

    Raises:
        tomllib.TOMLDecodeError: not TOML.
        TypeError: a key is missing or unknown.
        ValueError: a value out of range.
    """
    table = tomllib.loads(text)
    card = Card(**table.pop("card"))
    network = NetworkChoice(**table.pop("network"))
    sampling = Sampling(**table.pop("sampling", {}))
    noise = AddedNoise(**table.pop("added_noise", {}))
    stages = tuple(_parse_stage(stage) for stage in table.pop("stage"))
    parsed = Configuration(
        **table, card=card, network=network, sampling=sampling, added_noise=noise, stages=stages
    )
    if parsed.precision not in PRECISIONS:
        raise ValueError(f"precision is {parsed.precision!r}; known: {', '.join(PRECISIONS)}.")
    return parsed


def read_configuration(path: Path) -> Configuration:
    """Reads a configuration file; errors as in `parse_configuration`."""
    return parse_configuration(path.read_text(encoding="utf-8"))
