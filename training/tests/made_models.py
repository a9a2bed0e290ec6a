"""Checks of a run and of the model that it produced."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

_PROGRAM = Path(__file__).parents[2] / "dist" / "cli" / "main.js"


def losses_of(run: Path, until_step: int | None = None) -> list[float]:
    """The losses of a run's curve, the later ones than `until_step` left out."""
    with (run / "curve.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return [
        float(row["loss"]) for row in rows if until_step is None or int(row["step"]) <= until_step
    ]


def assert_program_loads(shelf: Path, *model_ids: str) -> None:
    """Has the built program verify a folder of models; skips the test if it is not built."""
    node = shutil.which("node")
    if node is None or not _PROGRAM.exists():
        pytest.skip("the program is not built: npm ci && npm run build")
    command = [node, str(_PROGRAM), "models", "--verify", "--models", str(shelf)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    verified = [line.split()[0] for line in checked.stdout.splitlines() if " ok " in line]
    assert sorted(verified) == sorted(model_ids)
