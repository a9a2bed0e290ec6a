"""The training loop.

[Note: Resuming]
A batch depends on the seed and the step alone, and a checkpoint holds everything
else that changes, so a run that was interrupted ends with the same weights as one
that was not, given the same machine and thread count.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from math import cos, pi
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from enlarger_training.adversary import make_discriminator_run
from enlarger_training.average import MovingAverage, Weights
from enlarger_training.checkpoint import Run, read_weights, restore_run, save_run, start_from
from enlarger_training.configuration import Configuration, Stage
from enlarger_training.curve import CurvePoint, append_point, draw_curve
from enlarger_training.evaluation import TestImage, enlarge_with, mean_fidelity, measure
from enlarger_training.labels import LabelledSource
from enlarger_training.losses import Loss, LossSettings, make_loss
from enlarger_training.losses.taught import TaughtLoss, TeachingSettings
from enlarger_training.networks import Network, build_network
from enlarger_training.networks.fast import FastNetwork, is_of_fast_family
from enlarger_training.networks.growth import grow_from_fast
from enlarger_training.networks.interpolation_start import start_as_interpolation
from enlarger_training.networks.srresnet import SrresnetNetwork
from enlarger_training.networks.widened import collapse, widen
from enlarger_training.patches import Batch, PatchSource
from enlarger_training.progress import report_progress

CHECKPOINT_NAME = "checkpoint.pt"
CURVE_NAME = "curve.csv"
# Adam forgets old gradients sooner than by default, as the literature's recipes do.
_ADAM_DECAYS = (0.9, 0.99)

EvaluationSets = dict[str, list[TestImage]]


def learning_rate_at(stage: Stage, step: int) -> float:
    """Adam's learning rate at a step of a stage: a linear warm-up times a cosine."""
    share = stage.final_learning_rate_share
    cosine = 0.5 * (1 + cos(pi * step / stage.steps)) * (1 - share) + share
    return stage.learning_rate * min(1.0, (step + 1) / stage.warmup_steps) * cosine


def _start_from_weights(network: Network, weights: Weights) -> None:
    if isinstance(network, SrresnetNetwork) and is_of_fast_family(weights):
        grow_from_fast(network, FastNetwork.of_weights(weights))
        return
    fresh = start_from(network, weights)
    if isinstance(network, FastNetwork):
        network.silence_fresh_blocks(fresh)


def begin_run(
    configuration: Configuration,
    first_weights: Path | None = None,
    device: str = "cpu",
    source: PatchSource | LabelledSource | None = None,
) -> Run:
    """A run at step 0, from fresh weights or from those of another network.

    The study's original generator grows from a `fast` network, see
    [Note: Growing a network].

    Args:
        source: Shows the study's generators, when they start fresh, the images of
            the first step; see [Note: Starting from interpolation]. Without it they
            start from random weights.
    """
    torch.manual_seed(configuration.seed)
    choice = configuration.network
    network = build_network(choice.family, choice.scale, choice.options)
    if first_weights is not None:
        _start_from_weights(network, read_weights(first_weights))
    elif source is not None and isinstance(network, SrresnetNetwork):
        stage, _ = configuration.stage_at(0)
        start_as_interpolation(network, source.draw(0, stage.batch_size, stage.patch_px).small)
    if configuration.is_widened:
        widen(network)
    placed = network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.Adam(placed.parameters(), betas=_ADAM_DECAYS, fused=True)
    discriminator = make_discriminator_run(device) if configuration.is_adversarial else None
    return Run(placed, optimizer, MovingAverage(placed, configuration.average_decay), discriminator)


class Trainer:
    """Continues a run from its present step to the end of its configuration."""

    def __init__(
        self,
        configuration: Configuration,
        run: Run,
        source: PatchSource | LabelledSource,
        folder: Path,
        evaluation_sets: EvaluationSets,
    ) -> None:
        self._configuration = configuration
        self._run = run
        self._source = source
        self._folder = folder
        self._evaluation_sets = evaluation_sets
        self._device = next(run.network.parameters()).device.type
        self._losses: dict[LossSettings, Loss] = {}
        self._taught_losses: dict[TeachingSettings, TaughtLoss] = {}
        self._is_stopping = False
        self._recent_losses: list[float] = []

    def train(self, until_step: int | None = None) -> None:
        """Trains up to `until_step`, to the end, or until stopped; leaves a checkpoint."""
        configuration, run = self._configuration, self._run
        last = min(until_step or configuration.total_steps, configuration.total_steps)
        self._folder.mkdir(parents=True, exist_ok=True)
        while run.step < last and not self._is_stopping:
            self._timed(self._take_step)
            self._report(last)
            if run.step % configuration.evaluate_every == 0 or run.step == last:
                self._evaluate()
            if run.step % configuration.checkpoint_every == 0:
                self._save()
        self._save()

    def stop(self) -> None:
        """Ends training after the present step: half a step must not be saved."""
        self._is_stopping = True

    def _timed(self, work: Callable[[], None]) -> None:
        begun = time.monotonic()
        work()
        self._run.seconds += time.monotonic() - begun

    def _precision(self) -> AbstractContextManager[None]:
        is_reduced = self._configuration.precision == "bf16"
        return torch.autocast(self._device, dtype=torch.bfloat16, enabled=is_reduced)

    def _loss_of(self, stage: Stage) -> Loss:
        settings = stage.loss
        if settings not in self._losses:
            loss = make_loss(settings)
            self._losses[settings] = loss.to(self._device) if isinstance(loss, nn.Module) else loss
        return self._losses[settings]

    def _taught_loss_of(self, settings: TeachingSettings) -> TaughtLoss:
        if settings not in self._taught_losses:
            self._taught_losses[settings] = TaughtLoss(settings).to(self._device)
        return self._taught_losses[settings]

    def _take_step(self) -> None:
        configuration, run = self._configuration, self._run
        stage, stage_step = configuration.stage_at(run.step)
        for group in run.optimizer.param_groups:
            group["lr"] = learning_rate_at(stage, stage_step)
        batch = self._source.draw(run.step, stage.batch_size, stage.patch_px)
        original = batch.original.to(self._device)
        run.network.train()
        with self._precision():
            output = run.network(batch.small.to(self._device)).float()
            loss = self._loss_for(stage, output, batch)
        run.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(run.network.parameters(), configuration.gradient_norm)
        run.optimizer.step()
        if run.discriminator and stage.loss.adversarial_weight > 0:
            with self._precision():
                run.discriminator.learn(original, output)
        run.average.update(run.network, run.step)
        run.step += 1
        self._recent_losses.append(loss.item())

    def _content_loss(self, stage: Stage, output: Tensor, batch: Batch) -> Tensor:
        teaching = stage.loss.teaching
        if teaching is None:
            return self._loss_of(stage)(output, batch.original.to(self._device))
        # Redrawn for every step, like the patches, so that an interrupted run resumes exactly.
        chance = np.random.default_rng([self._configuration.seed, self._run.step, 1])
        loss: Tensor = self._taught_loss_of(teaching)(output, batch, chance)
        return loss

    def _loss_for(self, stage: Stage, output: Tensor, batch: Batch) -> Tensor:
        loss = self._content_loss(stage, output, batch)
        weight, discriminator = stage.loss.adversarial_weight, self._run.discriminator
        if discriminator is None or weight == 0:
            return loss
        return loss + weight * discriminator.fool_loss(output)

    def _recent_loss(self) -> float:
        return sum(self._recent_losses) / max(len(self._recent_losses), 1)

    def _report(self, last: int) -> None:
        run = self._run
        pace_ms = 1000 * run.seconds / run.step
        note = f"loss {self._recent_loss():.5f}, {pace_ms:.0f} ms a step"
        report_progress(self._configuration.id, run.step, last, note)

    def _evaluate(self) -> None:
        configuration, run = self._configuration, self._run
        choice = configuration.network
        averaged = build_network(choice.family, choice.scale, choice.options)
        averaged.load_state_dict(collapse(run.average.weights))
        psnr_db = {
            name: mean_fidelity(measure(enlarge_with(averaged), images, choice.scale)).psnr_db
            for name, images in self._evaluation_sets.items()
        }
        learning_rate = run.optimizer.param_groups[0]["lr"]
        point = CurvePoint(run.step, run.seconds, learning_rate, self._recent_loss(), psnr_db)
        append_point(self._folder / CURVE_NAME, point)
        draw_curve(self._folder / CURVE_NAME, self._folder / "curve.png")
        self._recent_losses.clear()

    def _save(self) -> None:
        save_run(self._run, self._folder / CHECKPOINT_NAME)


def resume_if_begun(run: Run, folder: Path) -> bool:
    """Brings a fresh run to its folder's checkpoint; whether there was one."""
    path = folder / CHECKPOINT_NAME
    if not path.exists():
        return False
    restore_run(run, path)
    return True
