import json
from pathlib import Path

import numpy as np
import pytest

from enlarger_training.images import write_image
from enlarger_training.imresize import reduce
from enlarger_training.patches import (
    PatchSource,
    Sampling,
    drawing_chances,
    read_index,
    turn,
)
from enlarger_training.prepare import prepare


def test_index_tells_photographs_from_graphics(prepared: Path) -> None:
    images = read_index(prepared)
    assert [image.is_graphics for image in images] == [True, False, False, False, False]
    assert {(image.width, image.height) for image in images} == {(96, 96)}
    assert all(image.detail > 1 for image in images)


def test_a_manifest_leaves_out_what_it_does_not_name(image_folder: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("file,licence\nphoto0.png,CC0-1.0\n", encoding="utf-8")
    images = prepare(image_folder, tmp_path / "out", [4], manifest)
    assert [(image.name, image.licence) for image in images] == [("photo0.png", "CC0-1.0")]
    assert len(json.loads((tmp_path / "out" / "index.json").read_text())) == 1


def test_rows_for_measuring_can_be_held_out(image_folder: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.csv"
    names = [f"other{row}.png" for row in range(6)] + ["photo0.png", "photo1.png", "photo2.png"]
    manifest.write_text("\n".join(["file,licence", *(f"{name},CC0" for name in names)]))
    kept = prepare(image_folder, tmp_path / "out", [4], manifest, is_holding_out=True)
    # The eighth row, photo1.png, and every 25th after it are never trained on.
    assert [image.name for image in kept] == ["photo0.png", "photo2.png"]


def test_a_folder_without_usable_images_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        prepare(tmp_path, tmp_path / "out", [4])


@pytest.mark.parametrize("scale", [2, 4])
def test_patches_lie_over_their_originals(prepared: Path, scale: int) -> None:
    source = PatchSource(prepared, scale, Sampling(), seed=3)
    batch = source.draw(step=0, batch_size=4, patch_px=96 // scale)
    assert batch.small.shape == (4, 3, 96 // scale, 96 // scale)
    for small, original in zip(batch.small, batch.original, strict=True):
        whole = (original.permute(1, 2, 0) * 255).round().byte().numpy()
        expected = (small.permute(1, 2, 0) * 255).round().byte().numpy()
        # Flips commute with the reduction up to the rounding of sums.
        assert np.abs(reduce(whole, scale).astype(int) - expected).max() <= 1


def test_a_batch_depends_on_seed_and_step_alone(prepared: Path) -> None:
    first, again, other = (PatchSource(prepared, 4, Sampling(), seed) for seed in (1, 1, 2))
    again.draw(step=5, batch_size=2, patch_px=16)
    assert first.draw(7, 2, 16).small.equal(again.draw(7, 2, 16).small)
    assert not first.draw(7, 2, 16).small.equal(other.draw(7, 2, 16).small)
    assert not first.draw(7, 2, 16).small.equal(first.draw(8, 2, 16).small)


def test_graphics_get_their_share(prepared: Path) -> None:
    chances = drawing_chances(read_index(prepared), Sampling(graphics_share=0.3))
    assert chances[0] == pytest.approx(0.3)
    assert chances.sum() == pytest.approx(1)


def test_the_eight_turns_differ() -> None:
    patch = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    assert len({turn(patch, symmetry).tobytes() for symmetry in range(8)}) == 8


def test_images_smaller_than_the_patch_are_not_drawn(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    for name, side_px, grey in (("small", 96, 0), ("large", 120, 255)):
        image = np.full((side_px, side_px, 3), grey, dtype=np.uint8)
        write_image(tmp_path / "images" / f"{name}.png", image)
    prepare(tmp_path / "images", tmp_path / "prepared", [4])
    source = PatchSource(tmp_path / "prepared", 4, Sampling(), seed=1)
    assert source.draw(0, batch_size=8, patch_px=30).small.min() == 1
    assert source.draw(0, batch_size=8, patch_px=24).small.min() == 0
    with pytest.raises(ValueError, match="sides of 124 px"):
        source.draw(0, batch_size=1, patch_px=31)
