from pathlib import Path

import numpy as np
import pytest

from enlarger_training.drawings import SIDE_PX, draw
from enlarger_training.patches import read_index
from enlarger_training.prepare import measure_detail, prepare


@pytest.mark.parametrize("number", range(8))
def test_a_drawing_has_detail_and_is_the_same_on_every_run(number: int) -> None:
    drawing = draw(number)
    assert drawing.shape == (SIDE_PX, SIDE_PX, 3)
    assert drawing.dtype == np.uint8
    assert measure_detail(drawing) > 0.5
    assert np.array_equal(drawing, draw(number))


def test_drawings_differ() -> None:
    assert len({draw(number).tobytes() for number in range(8)}) == 8


def test_drawings_are_prepared_as_graphics(image_folder: Path, tmp_path: Path) -> None:
    prepare(image_folder, tmp_path / "out", [4], drawings=2)
    images = read_index(tmp_path / "out")
    assert [image.name for image in images[-2:]] == ["drawing-00000", "drawing-00001"]
    assert all(image.is_graphics and image.width == SIDE_PX for image in images[-2:])
    without = prepare(image_folder, tmp_path / "without", [4])
    assert len(images) == len(without) + 2
