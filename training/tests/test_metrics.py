import numpy as np
import pytest
import torch

from enlarger_training.losses.feature_network import FeatureNetwork
from enlarger_training.metrics.luma import luma
from enlarger_training.metrics.perceived import colour_shift, feature_distance, halo
from enlarger_training.metrics.pixel_error import mean_squared_error, psnr_db, rmse_percent
from enlarger_training.metrics.protocol import measure_fidelity
from enlarger_training.metrics.ssim import gaussian_window, multi_scale_ssim, similarity
from tests.test_adversarial import random_feature_weights


def test_pixel_errors_by_hand() -> None:
    first, second = np.array([[0.0, 10.0]]), np.array([[0.0, 20.0]])
    assert mean_squared_error(first, second) == 50
    assert rmse_percent(first, second) == pytest.approx(100 * 50**0.5 / 255)
    assert psnr_db(first, second) == pytest.approx(31.1411, abs=1e-4)
    assert psnr_db(first, first) == float("inf")
    with pytest.raises(ValueError, match="different shapes"):
        psnr_db(first, second.T)


# The pair of figures that models.md gives for two distorted copies of one image.
@pytest.mark.parametrize(("rmse", "decibels"), [(19.7, 14.13), (24.5, 12.14)])
def test_rmse_and_psnr_of_the_example_agree(rmse: float, decibels: float) -> None:
    first = np.zeros((2, 2))
    second = np.full((2, 2), 255 * rmse / 100)
    assert psnr_db(first, second) == pytest.approx(decibels, abs=0.09)


def test_luma_spans_the_studio_range() -> None:
    image = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0]]], dtype=np.uint8)
    assert np.allclose(luma(image), [[16, 235, 81.481]])


def test_similarity_of_flat_planes_is_their_luminance() -> None:
    first, second = np.full((12, 12), 100.0), np.full((12, 12), 150.0)
    measured = similarity(first, second)
    c1 = (0.01 * 255) ** 2
    assert measured.luminance == pytest.approx((2 * 15_000 + c1) / (10_000 + 22_500 + c1))
    assert (measured.contrast, measured.structure) == pytest.approx((1, 1))
    assert measured.ssim == pytest.approx(measured.luminance)


def test_similarity_of_one_window_by_hand() -> None:
    chance = np.random.default_rng(2)
    first, second = chance.uniform(0, 255, (2, 11, 11))
    window = np.outer(gaussian_window(), gaussian_window())
    mean_x, mean_y = (window * first).sum(), (window * second).sum()
    variance_x = (window * (first - mean_x) ** 2).sum()
    variance_y = (window * (second - mean_y) ** 2).sum()
    covariance = (window * (first - mean_x) * (second - mean_y)).sum()
    c1, c2 = 2.55**2, 7.65**2
    expected = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    expected /= (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    assert similarity(first, second).ssim == pytest.approx(expected)


def test_an_inverted_image_has_no_structure_in_common() -> None:
    plane = np.random.default_rng(1).uniform(0, 255, (32, 32))
    assert similarity(plane, 255 - plane).structure < -0.9
    assert similarity(plane, plane).ssim == pytest.approx(1)


def test_multi_scale_ssim_falls_with_noise() -> None:
    chance = np.random.default_rng(1)
    plane = chance.uniform(0, 255, (176, 180))
    noisy = plane + chance.normal(0, 20, plane.shape)
    assert multi_scale_ssim(plane, plane) == pytest.approx(1)
    assert 0.5 < multi_scale_ssim(plane, noisy) < 0.999
    with pytest.raises(ValueError, match="at least 11 px"):
        multi_scale_ssim(plane[:175], noisy[:175])


def test_the_protocol_ignores_the_border() -> None:
    original = np.full((40, 40, 3), 90, dtype=np.uint8)
    enlarged = original.copy()
    enlarged[:4] = enlarged[:, :4] = enlarged[-4:] = enlarged[:, -4:] = 0
    assert measure_fidelity(enlarged, original, border_px=4).psnr_db == float("inf")
    assert measure_fidelity(enlarged, original, border_px=3).psnr_db < 40


def test_colour_shift_is_the_largest_difference_of_means() -> None:
    original = np.full((4, 5, 3), 100, dtype=np.uint8)
    enlarged = original.copy()
    enlarged[..., 1] += 3
    enlarged[0, :, 2] -= 4
    assert colour_shift(enlarged, original) == pytest.approx(3)


def test_halo_is_what_leaves_the_range_around() -> None:
    original = np.full((20, 30, 3), 60, dtype=np.uint8)
    original[:, 15:] = 180
    assert halo(original, original) == 0
    blurred = original.copy()
    blurred[:, 13:17] = 120
    assert halo(blurred, original) == 0
    sharpened = original.copy()
    sharpened[:, 14] = 40
    sharpened[:, 15] = 200
    one_column = 20 * 219 / 255 / 30
    assert halo(sharpened, original) == pytest.approx(2 * one_column, rel=1e-3)


def test_feature_distance_grows_with_the_damage() -> None:
    torch.manual_seed(0)
    network = FeatureNetwork(random_feature_weights())
    chance = np.random.default_rng(0)
    original = chance.integers(40, 200, (32, 32, 3)).astype(np.uint8)
    spoiled = [original + chance.integers(0, limit, original.shape) for limit in (10, 50)]
    distances = [
        feature_distance(network, image.astype(np.uint8), original)
        for image in (original, *spoiled)
    ]
    assert distances[0] == 0
    assert distances == sorted(distances)
