"""The steps of README.md, "Repeat `fast-x4`", with few and small patches, up to the program."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from enlarger_training.__main__ import main
from tests.made_models import assert_program_loads, losses_of

_TRAINING = Path(__file__).parents[1]
_STEPS = 60


def shorten(name: str, folder: Path) -> Path:
    """One of `configs`, each stage brought down to what takes seconds."""
    text = (_TRAINING / "configs" / name).read_text(encoding="utf-8")
    for setting, value in {"steps": _STEPS, "patch_px": 16, "batch_size": 4}.items():
        text, count = re.subn(rf"(?m)^{setting} = [\d_]+$", f"{setting} = {value}", text)
        assert count > 0
    text = re.sub(r"(?m)^(warmup_steps|evaluate_every) = .*\n", "", text)
    text = text.replace("[[stage]]\n", "[[stage]]\nwarmup_steps = 10\n")
    shortened = folder / name
    shortened.write_text(f"evaluate_every = {_STEPS // 2}\n{text}", encoding="utf-8")
    return shortened


@dataclass(frozen=True)
class Repeated:
    """A run of each configuration, and the model that they produced."""

    first: Path
    run: Path
    model: Path


@pytest.fixture(scope="module")
def repeated(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Repeated:
    folder = tmp_path_factory.mktemp("repeated")
    made = Repeated(folder / "first", folder / "run", folder / "models" / "fast-x4")
    configuration = shorten("fast-x4-first.toml", folder)
    main(["train", str(configuration), str(prepared), str(made.first)])
    configuration = shorten("fast-x4.toml", folder)
    start = ["--start-from", str(made.first / "checkpoint.pt")]
    main(["train", str(configuration), str(prepared), str(made.run), *start])
    main(["export", str(configuration), str(made.run / "checkpoint.pt"), str(made.model)])
    return made


def test_both_runs_end_with_a_lower_loss_than_they_began(repeated: Repeated) -> None:
    for run in (repeated.first, repeated.run):
        losses = losses_of(run)
        assert losses[-1] < losses[0]


def test_the_program_loads_what_came_of_them(repeated: Repeated) -> None:
    assert_program_loads(repeated.model.parent, "fast-x4")
