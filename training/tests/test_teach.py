from pathlib import Path

import numpy as np
import onnx
import pytest

from enlarger_training.evaluation import enlarge_with
from enlarger_training.export.agreement import open_session
from enlarger_training.export.fast_graph import build_fast_graph
from enlarger_training.imresize import resize
from enlarger_training.networks.fast import FastNetwork
from enlarger_training.patches import PatchSource, Sampling, read_index, turn
from enlarger_training.teach import enlarge_by_all, teach, turn_back


@pytest.mark.parametrize("symmetry", range(8))
def test_every_turn_is_undone(symmetry: int) -> None:
    image = np.random.default_rng(0).integers(0, 255, (6, 6, 3)).astype(np.uint8)
    assert np.array_equal(turn_back(turn(image, symmetry), symmetry), image)


def test_originals_lie_between_the_old_ones_and_what_the_teacher_makes(
    prepared: Path, tmp_path: Path
) -> None:
    network = FastNetwork(4, channels=8, blocks=1)
    # What is left is bicubic enlargement, which every turn of the image gives alike.
    network.tail.silence()
    onnx.save(build_fast_graph(network), tmp_path / "teacher.onnx")
    teachers = [tmp_path / "teacher.onnx"]
    taught = teach(
        prepared, tmp_path / "taught", scale=4, teachers=teachers, share=0.75, count=3, seed=2
    )
    names = [image.name for image in read_index(prepared)]
    assert len(taught) == 3
    before, after = (
        PatchSource(folder, 4, Sampling(), 0) for folder in (prepared, tmp_path / "taught")
    )
    for number, image in enumerate(taught):
        small, original = before.pair(names.index(image.name))
        same_small, mixed = after.pair(number)
        assert np.array_equal(same_small, small)
        made = enlarge_with(network)(small).astype(float)
        expected = 0.25 * original + 0.75 * made
        assert np.abs(mixed - expected).max() < 1.5
        assert np.abs(mixed - original.astype(float)).max() > 10


def test_what_a_teacher_of_a_larger_scale_makes_is_reduced(prepared: Path, tmp_path: Path) -> None:
    network = FastNetwork(8, channels=8, blocks=1)
    network.tail.silence()
    onnx.save(build_fast_graph(network), tmp_path / "teacher.onnx")
    teachers = [tmp_path / "teacher.onnx"]
    teach(prepared, tmp_path / "taught", scale=4, teachers=teachers, share=1, count=1)
    small, made = PatchSource(tmp_path / "taught", 4, Sampling(), 0).pair(0)
    height, width = small.shape[:2]
    assert made.shape == (4 * height, 4 * width, 3)
    reduced = resize(enlarge_with(network)(small), 4 * height, 4 * width)
    assert np.abs(made.astype(float) - reduced).max() <= 2


def test_one_symmetry_is_the_image_as_it_is(tmp_path: Path) -> None:
    network = FastNetwork(4, channels=8, blocks=1)
    onnx.save(build_fast_graph(network), tmp_path / "teacher.onnx")
    session = open_session(tmp_path / "teacher.onnx")
    small = np.random.default_rng(4).integers(0, 255, (12, 16, 3)).astype(np.uint8)
    own = enlarge_with(network)(small).astype(float)
    once, by_all = (255 * enlarge_by_all([session], small, symmetries) for symmetries in (1, 8))
    assert np.abs(once - own).max() < 1
    assert np.abs(by_all - own).max() > 1
