"""From images to a network that the program loads, in less than a minute on one core."""

from pathlib import Path

import pytest

from enlarger_training.__main__ import main
from tests.made_models import assert_program_loads, losses_of
from tests.test_training import SMOKE

STEPS = 60


@pytest.fixture(scope="module")
def made(image_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the output of prepare, train and export, by the commands of the README."""
    folder = tmp_path_factory.mktemp("smoke")
    text = SMOKE.format(family="fast", precision="bf16", options="{ channels = 16, blocks = 2 }")
    configuration = folder / "smoke-x4.toml"
    text = text.replace('id = "smoke"', 'id = "smoke-x4"').replace("steps = 24", f"steps = {STEPS}")
    configuration.write_text(text, encoding="utf-8")
    prepared, run, exported = (str(folder / part) for part in ("prepared", "run", "shelf/smoke-x4"))
    main(["prepare", str(image_folder), prepared, "--scales", "4"])
    main(["train", str(configuration), prepared, run])
    checkpoint = str(folder / "run" / "checkpoint.pt")
    main(["export", str(configuration), checkpoint, exported])
    return folder


def test_the_loss_ends_lower_than_it_began(made: Path) -> None:
    losses = losses_of(made / "run", until_step=STEPS)  # the last stage has another loss
    assert len(losses) >= 3
    assert losses[-1] < 0.9 * losses[0]


def test_the_program_loads_what_was_made(made: Path) -> None:
    assert_program_loads(made / "shelf", "smoke-x4")
