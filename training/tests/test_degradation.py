from pathlib import Path

import numpy as np
import pytest

from enlarger_training.degradation.degrade import degrade
from enlarger_training.degradation.kernels import (
    filter_image,
    gaussian_kernel,
    plateau_kernel,
    ringing_kernel,
)
from enlarger_training.degradation.settings import (
    DEGRADATIONS,
    DegradationSettings,
    PassSettings,
    make_degradation,
    noisy_settings,
)
from enlarger_training.degradation.steps import (
    add_gaussian_noise,
    add_noise,
    add_shot_noise,
    compress_jpeg,
    resample,
)
from enlarger_training.patches import PatchSource, Sampling
from tests.conftest import draw_image

SIDE_PX = 9


@pytest.mark.parametrize(
    "kernel",
    [
        gaussian_kernel(SIDE_PX, (1.5, 0.7), 0.6),
        gaussian_kernel(SIDE_PX, (1.5, 0.7), 0.6, shape=3.0),
        plateau_kernel(SIDE_PX, (1.5, 1.5), 0.0, shape=1.5),
        ringing_kernel(SIDE_PX, np.pi / 2),
    ],
)
def test_kernels_sum_to_one_and_are_point_symmetric(kernel: np.ndarray) -> None:
    assert kernel.sum() == pytest.approx(1)
    assert np.allclose(kernel, kernel[::-1, ::-1])


def test_a_gaussian_has_its_deviations_along_its_axes() -> None:
    kernel = gaussian_kernel(41, (3.0, 1.0), angle=0.0)
    axis = np.arange(41) - 20
    assert (kernel.sum(axis=0) * axis**2).sum() == pytest.approx(9, rel=1e-3)
    assert (kernel.sum(axis=1) * axis**2).sum() == pytest.approx(1, rel=1e-3)


def test_ringing_overshoots_at_an_edge() -> None:
    edge = np.zeros((24, 24, 1))
    edge[:, 12:] = 100
    result = filter_image(edge, ringing_kernel(21, np.pi / 2))
    assert result.max() > 103
    assert result.min() < -3


def test_filtering_moves_nothing_and_keeps_flat_images() -> None:
    point = np.zeros((9, 9, 1))
    point[4, 4] = 1
    kernel = np.arange(9.0).reshape(3, 3) / 36
    assert np.allclose(filter_image(point, kernel)[3:6, 3:6, 0], kernel)
    assert np.allclose(filter_image(np.full((5, 6, 3), 7.0), kernel), 7)


def test_noise_has_its_deviation() -> None:
    chance = np.random.default_rng(0)
    flat = np.full((80, 80, 3), 100.0)
    gaussian = add_gaussian_noise(flat, 5, False, chance) - flat
    shot = add_shot_noise(flat, 2.0, False, chance) - flat
    assert gaussian.std() == pytest.approx(5, rel=0.05)
    assert shot.std() == pytest.approx(2.0 * 100**0.5, rel=0.05)
    assert abs(shot.mean()) < 0.5


def test_grey_noise_is_the_same_in_all_colours() -> None:
    image = draw_image(1).astype(np.float64)
    settings = PassSettings(grey_noise_chance=1.0)
    for seed in range(4):
        noise = add_noise(image, settings, np.random.default_rng(seed)) - image
        assert np.allclose(noise[..., 0], noise[..., 2])


def test_jpeg_harms_more_at_lower_quality() -> None:
    image = draw_image(2).astype(np.float64)
    errors = [np.abs(compress_jpeg(image, quality) - image).mean() for quality in (95, 60, 30)]
    assert 0 < errors[0] < errors[1] < errors[2]


def test_resampling_keeps_the_mean() -> None:
    image = draw_image(3).astype(np.float64)
    for seed in range(6):
        small = resample(image, 24, 30, np.random.default_rng(seed))
        assert small.shape == (24, 30, 3)
        assert np.abs(small.mean(axis=(0, 1)) - image.mean(axis=(0, 1))).max() < 2


@pytest.mark.parametrize("scale", [2, 4])
def test_degrading_gives_the_small_size_and_keeps_the_colours(scale: int) -> None:
    original = draw_image(4)
    differences = []
    for seed in range(12):
        small = degrade(original, scale, np.random.default_rng(seed))
        assert small.shape == (96 // scale, 96 // scale, 3)
        assert small.dtype == np.uint8
        differences.append(small.mean(axis=(0, 1)) - original.mean(axis=(0, 1)))
    assert np.abs(np.mean(differences, axis=0)).max() < 3


def test_the_same_chance_spoils_alike() -> None:
    original = draw_image(5)
    first, again, other = (degrade(original, 4, np.random.default_rng(s)) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_patches_can_be_spoiled_instead_of_only_reduced(prepared: Path) -> None:
    spoiled = PatchSource(prepared, 4, Sampling(degradation="second-order"), seed=1).draw(0, 2, 12)
    clean = PatchSource(prepared, 4, Sampling(), seed=1).draw(0, 2, 12)
    # The first patch is drawn before any spoiling draws from the same chance.
    assert spoiled.original[0].equal(clean.original[0])
    assert not spoiled.small[0].equal(clean.small[0])


def test_without_noise_and_blur_little_is_lost() -> None:
    gentle = PassSettings(
        blur_chance=0,
        enlarge_chance=0,
        reduce_chance=0,
        gaussian_noise_chance=1,
        noise_sigma=(0, 0),
        jpeg_quality=(95, 95),
    )
    settings = DegradationSettings(gentle, gentle, ringing_chance=0)
    original = np.kron(draw_image(6, 24), np.ones((4, 4, 1), dtype=np.uint8))
    small = degrade(original, 4, np.random.default_rng(0), settings)
    assert np.abs(small.astype(int) - original[::4, ::4]).mean() < 8


@pytest.mark.parametrize("kind", ["second-order-noiseless", "web-noiseless"])
def test_noiseless_kinds_leave_a_flat_image_flat(kind: str) -> None:
    mixture = make_degradation(kind)
    assert mixture is not None
    grey = np.full((96, 96, 3), 117, np.uint8)
    for seed in range(6):
        chance = np.random.default_rng(seed)
        assert np.ptp(degrade(grey, 4, chance, mixture.draw(chance)).astype(int)) <= 2


def test_a_mixture_draws_its_kinds_by_their_chances() -> None:
    mixture = make_degradation("photo")
    assert mixture is not None
    chance = np.random.default_rng(0)
    drawn = [mixture.draw(chance) for _ in range(400)]
    share = sum(settings == noisy_settings() for settings in drawn) / len(drawn)
    assert 0.18 < share < 0.32
    assert len(mixture.kinds) == 4


def test_a_single_kind_takes_nothing_from_the_random_stream() -> None:
    web = make_degradation("web")
    assert web is not None
    first, second = np.random.default_rng(1), np.random.default_rng(1)
    web.draw(first)
    assert first.random() == second.random()


def test_unknown_degradations_are_named() -> None:
    assert make_degradation("none") is None
    assert {"none", "second-order", "web", "photo", "art"} <= set(DEGRADATIONS)
    with pytest.raises(ValueError, match="fog"):
        make_degradation("fog")
