"""Labelled folders: a teacher's results, and the batches drawn from them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from enlarger_training.images import write_image
from enlarger_training.imresize import Bytes
from enlarger_training.labels import (
    AddedNoise,
    LabelIndex,
    LabelledSource,
    draw_grain,
    is_labelled,
    write_labels,
)
from enlarger_training.patches import PatchSource, Sampling
from enlarger_training.prepare import prepare
from tests.conftest import draw_image

_SCALE = 4
_INDEX = LabelIndex(_SCALE, "nearest", "web", 3)


def repeat_pixels(small: Bytes) -> Bytes:
    """A teacher whose result shows its place."""
    return small.repeat(_SCALE, axis=0).repeat(_SCALE, axis=1)


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labelled")
    (folder / "images").mkdir()
    for seed in range(2):
        write_image(folder / "images" / f"{seed}.png", draw_image(seed, 264))
    prepare(folder / "images", folder / "prepared", scales=[_SCALE])
    source = PatchSource(folder / "prepared", _SCALE, Sampling(degradation="web"), _INDEX.seed)
    assert write_labels(source, repeat_pixels, folder / "labels", _INDEX, 1) == 200
    return folder / "labels"


def test_a_shard_that_exists_is_kept(labelled: Path) -> None:
    (shard,) = labelled.glob("labels-*.npz")
    before = shard.read_bytes()

    def fail(_: Bytes) -> Bytes:
        raise AssertionError("asked again")

    source = PatchSource(labelled.parent / "prepared", _SCALE, Sampling(), 0)
    write_labels(source, fail, labelled, _INDEX, 200)
    assert shard.read_bytes() == before
    assert is_labelled(labelled) and not is_labelled(labelled.parent)


def test_the_answer_turns_and_moves_with_its_patch(labelled: Path) -> None:
    source = LabelledSource(labelled, _SCALE, AddedNoise(), seed=1)
    batch = source.draw(5, batch_size=16, patch_px=24)
    assert batch.taught is not None
    assert batch.small.shape == (16, 3, 24, 24)
    assert batch.original.shape == batch.taught.shape == (16, 3, 96, 96)
    repeated = batch.small.repeat_interleave(_SCALE, dim=2).repeat_interleave(_SCALE, dim=3)
    assert torch.equal(batch.taught, repeated)
    # The originals were turned alike: far off, they look like what the teacher repeated.
    reduced = torch.nn.functional.avg_pool2d(batch.original, 24)
    assert (reduced - torch.nn.functional.avg_pool2d(repeated, 24)).abs().mean() < 0.02


def test_a_batch_depends_on_seed_and_step_alone(labelled: Path) -> None:
    noise = AddedNoise(chance=0.5)
    first, same, other = (
        LabelledSource(labelled, _SCALE, noise, seed).draw(9, 4, 32) for seed in (1, 1, 2)
    )
    assert torch.equal(first.small, same.small)
    assert not torch.equal(first.small, other.small)


def test_added_noise_leaves_the_answer_unless_it_is_to_be_kept(labelled: Path) -> None:
    plain, noisy, grainy = (
        LabelledSource(labelled, _SCALE, noise, seed=4)
        for noise in (AddedNoise(), AddedNoise(1.0), AddedNoise(1.0, is_kept=True))
    )
    for step in range(3):
        # One patch each: with more, noise would move what is drawn after it.
        batches = [source.draw(step, 1, 64) for source in (plain, noisy, grainy)]
        clean, other, kept = batches
        assert clean.taught is not None and other.taught is not None and kept.taught is not None
        assert not torch.equal(clean.small, other.small)
        assert torch.equal(clean.taught, other.taught)
        grain = torch.nn.functional.avg_pool2d(kept.taught - clean.taught, _SCALE)
        expected = kept.small - clean.small
        assert torch.corrcoef(torch.stack([grain.flatten(), expected.flatten()]))[0, 1] > 0.9


def test_kept_grain_is_in_the_original_too(labelled: Path) -> None:
    plain, grainy = (
        LabelledSource(labelled, _SCALE, noise, seed=4).draw(1, 1, 64)
        for noise in (AddedNoise(), AddedNoise(1.0, is_kept=True))
    )
    assert grainy.original is not None and grainy.taught is not None
    assert plain.original is not None and plain.taught is not None
    in_original, in_answer = grainy.original - plain.original, grainy.taught - plain.taught
    pair = torch.stack([in_original.flatten(), in_answer.flatten()])
    assert torch.corrcoef(pair)[0, 1] > 0.9


def test_some_grain_is_coarser_than_a_pixel() -> None:
    grey = np.full((64, 64, 3), 128, np.uint8)
    likeness = [
        np.corrcoef(grain[:, 1:, 0].ravel(), grain[:, :-1, 0].ravel())[0, 1]
        for grain in (draw_grain(grey, np.random.default_rng(seed)).astype(float) for seed in range(24))
    ]
    assert min(likeness) < 0.1
    assert 0.4 < max(likeness) < 0.9


def test_labels_for_four_also_teach_a_network_for_two(labelled: Path) -> None:
    source = LabelledSource(labelled, 2, AddedNoise(), seed=1)
    batch = source.draw(0, 2, 32)
    assert batch.taught is not None and batch.taught.shape == (2, 3, 64, 64)
    with pytest.raises(ValueError, match="×3"):
        LabelledSource(labelled, 3, AddedNoise(), seed=1)


def test_the_index_names_what_was_labelled(labelled: Path) -> None:
    assert '"teacher": "nearest"' in (labelled / "labels.json").read_text("utf-8")
    with np.load(next(labelled.glob("*.npz"))) as shard:
        assert shard["small"].shape == (200, 64, 64, 3)
