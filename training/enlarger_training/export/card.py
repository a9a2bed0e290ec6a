"""The model card: a network's purpose, figures, training and credits."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from enlarger_training.configuration import Configuration
from enlarger_training.export.costs import Costs
from enlarger_training.export.manifest import TrainingRecord
from enlarger_training.metrics.protocol import Fidelity


@dataclass(frozen=True)
class SetResult:
    """Means over one test set."""

    name: str
    ours: Fidelity
    bicubic: Fidelity


@dataclass(frozen=True)
class Credit:
    """How many training images came from a source under a licence."""

    source: str
    licence: str
    images: int


def read_credits(manifest: Path | None) -> list[Credit]:
    """Credits from a CSV with the columns `source` and `licence`, largest first."""
    if manifest is None:
        return []
    with manifest.open(newline="", encoding="utf-8") as lines:
        counted = Counter((row["source"], row["licence"]) for row in csv.DictReader(lines))
    return [Credit(source, licence, n) for (source, licence), n in counted.most_common()]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines]


def _describe_results(results: list[SetResult]) -> list[str]:
    rows = [
        [
            result.name,
            f"{result.ours.psnr_db:.3f} / {result.ours.ssim:.4f}",
            f"{result.bicubic.psnr_db:.3f} / {result.bicubic.ssim:.4f}",
        ]
        for result in results
    ]
    explanation = (
        "PSNR in dB and SSIM on BT.601 luma, borders of `scale` pixels left out, small images "
        "by MATLAB's `imresize`, measured from the shipped file in fp32."
    )
    return ["## Measured", "", explanation, "", *_table(["set", "this", "bicubic"], rows), ""]


def _describe_benchmark(table: str) -> list[str]:
    explanation = (
        "What it is made for: originals that it was not trained on, spoiled in four ways with "
        "fixed seeds; PSNR in dB on luma / SSIM on luma / feature distance, smaller being better, "
        "and the share of the way from bicubic interpolation to the teacher in feature distance. "
        "The distance is measured by EfficientNet-Lite1, from which nothing has learned. "
        "`tests/bench/restoration.sh` repeats it."
    )
    return [explanation, "", *table.strip().splitlines(), ""]


def _describe_training(configuration: Configuration, record: TrainingRecord) -> list[str]:
    card = configuration.card
    rows = [
        [
            str(s.steps),
            f"{s.patch_px} px × {s.batch_size}",
            f"{s.learning_rate:g}",
            s.loss.describe(),
        ]
        for s in configuration.stages
    ]
    images = card.data.rstrip(".")
    sentence = (
        f"{card.training}. {record.steps:,} steps, seed {configuration.seed}, "
        f"{record.seconds:,.1f} seconds on one shared processor core. Images: {images}."
    )
    table = _table(["steps", "small patches", "highest learning rate", "loss"], rows)
    return ["## Training", "", sentence, "", *table, ""]


def _describe_trained(trained: Costs | None) -> list[list[str]]:
    if trained is None:
        return []
    return [
        ["parameters as trained, with batch-norm and slopes", f"{trained.parameters:,}"],
        ["multiply-accumulates as trained", f"{trained.macs:,}"],
    ]


def write_card(
    configuration: Configuration,
    record: TrainingRecord,
    costs: Costs,
    results: list[SetResult],
    credits: list[Credit],
    *,
    trained: Costs | None = None,
    benchmark: str = "",
) -> str:
    """The card as Markdown; `export` appends the strips.

    Args:
        trained: Of the network before folding, for the study's generators.
        benchmark: Table of `restoration`; only restorers have one.
    """
    card = configuration.card
    facts = [
        ["enlarges", f"×{configuration.network.scale}"],
        ["network", card.network],
        ["parameters that run", f"{costs.parameters:,}"],
        ["multiply-accumulates, 3 × 64 × 64 input", f"{costs.macs:,}"],
        *_describe_trained(trained),
        ["licence of the weights", card.licence],
    ]
    lines = [f"# {card.name}", "", card.purpose, "", *_table(["", ""], facts), ""]
    if results:
        lines += _describe_results(results)
    if benchmark:
        lines += _describe_benchmark(benchmark)
    lines += _describe_training(configuration, record)
    lines += ["## Known failures", "", card.failures, ""]
    if card.thanks:
        lines += ["## Thanks", "", card.thanks, ""]
    if credits:
        rows = [[credit.source, credit.licence, str(credit.images)] for credit in credits]
        table = _table(["source", "licence", "crops"], rows)
        lines += ["## Images it was trained on", "", *table, ""]
    return "\n".join(lines)
