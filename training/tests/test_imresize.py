import numpy as np
import pytest

from enlarger_training.imresize import crop_to_multiple, cubic, reduce, resize, resize_matrix


def test_cubic_is_one_at_zero_and_zero_at_whole_distances() -> None:
    assert cubic(np.array([0.0, 1.0, 2.0, -1.0, 3.0])).tolist() == [1, 0, 0, 0, 0]
    assert cubic(np.array([0.5]))[0] == pytest.approx(0.5625)
    assert cubic(np.array([1.5]))[0] == pytest.approx(-0.0625)


@pytest.mark.parametrize(("before", "after"), [(96, 24), (97, 31), (24, 96), (10, 10), (3, 1)])
def test_every_output_is_a_weighted_mean(before: int, after: int) -> None:
    assert np.allclose(resize_matrix(before, after).sum(axis=1), 1)


def test_halving_spreads_the_kernel_over_eight_pixels() -> None:
    # cubic(d / 2) / 2 at distances 0.5, 1.5, 2.5 and 3.5, by hand.
    half = [0.43359375, 0.11328125, -0.03515625, -0.01171875]
    middle = resize_matrix(64, 32)[16]
    assert np.allclose(middle[32 - 3 : 32 + 5], [*half[::-1], *half])
    assert np.count_nonzero(np.abs(middle) > 1e-12) == 8


def test_same_size_changes_nothing() -> None:
    image = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    assert np.array_equal(resize(image, 5, 7), image)


def test_beyond_the_edge_the_image_is_mirrored() -> None:
    axis = np.array([10.0, 20.0, 40.0, 80.0])
    mirrored = np.concatenate([axis[::-1], axis, axis[::-1]])
    assert np.allclose(resize_matrix(4, 8) @ axis, (resize_matrix(12, 24) @ mirrored)[8:16])


def test_reduce_refuses_sides_that_do_not_divide() -> None:
    image = np.zeros((9, 8, 3), dtype=np.uint8)
    with pytest.raises(ValueError, match="8 × 9"):
        reduce(image, 4)
    assert reduce(crop_to_multiple(image, 4), 4).shape == (2, 2, 3)
