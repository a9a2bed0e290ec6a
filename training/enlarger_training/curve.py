"""The course of a training as CSV and image."""

import csv
from dataclasses import dataclass
from pathlib import Path

FIXED_COLUMNS = ("step", "seconds", "learning_rate", "loss")


@dataclass(frozen=True)
class CurvePoint:
    """One evaluation.

    Attributes:
        step, seconds: Steps taken and time spent so far.
        learning_rate: Adam's, of the last step.
        loss: Mean loss since the last point.
        psnr_db: PSNR of the averaged weights by the name of the evaluation folder.
    """

    step: int
    seconds: float
    learning_rate: float
    loss: float
    psnr_db: dict[str, float]


def append_point(path: Path, point: CurvePoint) -> None:
    """Adds a row, and a header to a new file."""
    is_new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        if is_new:
            writer.writerow([*FIXED_COLUMNS, *point.psnr_db])
        measured = [f"{value:.3f}" for value in point.psnr_db.values()]
        fixed = [
            point.step,
            f"{point.seconds:.0f}",
            f"{point.learning_rate:.2e}",
            f"{point.loss:.5f}",
        ]
        writer.writerow([*fixed, *measured])


def draw_curve(table: Path, image: Path) -> None:
    """Draws loss and PSNR over the steps of a curve's CSV."""
    # Imported here: only this function needs it, and it takes a second to load.
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    with table.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    steps = [int(row["step"]) for row in rows]
    measured = [name for name in rows[0] if name not in FIXED_COLUMNS]
    figure, panels = pyplot.subplots(
        1 + len(measured), 1, sharex=True, squeeze=False, layout="constrained"
    )
    for panel, name in zip(panels[:, 0], ["loss", *measured], strict=True):
        panel.plot(steps, [float(row[name]) for row in rows], marker=".")
        panel.set_ylabel(name if name == "loss" else f"{name}, dB")
        panel.grid(alpha=0.3)
    panels[-1, 0].set_xlabel("step")
    figure.savefig(image, dpi=100)
    pyplot.close(figure)
