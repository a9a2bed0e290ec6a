"""The whole way from images to a measured ONNX file, small enough for every check."""

import csv
from pathlib import Path

import numpy as np
import pytest

from enlarger_training.__main__ import main
from enlarger_training.export.agreement import open_session, run_onnx

CONFIGURATION = """
id = "smoke"
seed = 1
evaluate_every = 20

[card]
name = "Smoke"
purpose = "Shows that the whole way works."
network = "one small block"
training = "a few seconds"
data = "generated images"
licence = "MIT"
failures = "everything"

[network]
family = "fast"
scale = 2
options = { channels = 8, blocks = 1 }

[[stage]]
steps = 60
patch_px = 24
batch_size = 4
learning_rate = 2e-3
warmup_steps = 5
loss = { name = "l1" }
"""


def test_from_images_to_a_measured_file(
    image_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configuration = tmp_path / "smoke.toml"
    configuration.write_text(CONFIGURATION, encoding="utf-8")
    prepared, run, model = tmp_path / "prepared", tmp_path / "run", tmp_path / "smoke"
    test_set = ["--test-set", f"own={image_folder}"]

    main(["prepare", str(image_folder), str(prepared), "--scales", "2"])
    main(["train", str(configuration), str(prepared), str(run), *test_set])
    main(["export", str(configuration), str(run / "checkpoint.pt"), str(model), *test_set])
    main(["evaluate", str(model / "weights.onnx"), str(image_folder), "--scale", "2"])

    with (run / "curve.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert float(rows[-1]["own"]) > float(rows[0]["own"])
    enlarged = run_onnx(open_session(model / "weights.onnx"), np.zeros((2, 3, 5, 7), np.float32))
    assert enlarged.shape == (2, 3, 10, 14)
    mean = capsys.readouterr().out.splitlines()[-1].split()
    assert mean[0] == "mean"
    assert float(mean[1]) == pytest.approx(float(rows[-1]["own"]), abs=0.02)


def test_a_finished_run_is_left_as_it_is(image_folder: Path, tmp_path: Path) -> None:
    configuration = tmp_path / "smoke.toml"
    short = CONFIGURATION.replace("steps = 60", "steps = 2")
    configuration.write_text(short, encoding="utf-8")
    main(["prepare", str(image_folder), str(tmp_path / "prepared"), "--scales", "2"])
    command = ["train", str(configuration), str(tmp_path / "prepared"), str(tmp_path / "run")]
    main(command)
    curve = (tmp_path / "run" / "curve.csv").read_text(encoding="utf-8")
    main(command)
    assert (tmp_path / "run" / "curve.csv").read_text(encoding="utf-8") == curve
