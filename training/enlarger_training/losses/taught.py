"""The loss of a network that learns both from a teacher and from the originals.

pixels: (1 − s) · (L1 to the teacher + g · L1 of the gradients to it) + s · L1 to the original
features: the distance between unit feature vectors, to the teacher or, with the chance s, to the
original
means: L1 between the means of squares of 4, 8 and 16 px, to the mixture of teacher and original:
noise that remains as blotches counts, fine texture does not
pattern: the part of the error that repeats with the network's blocks of pixels. Features reward texture,
and a network that cannot know the right one may learn a grid instead
local pattern: the same within windows, to the teacher: a grid of dots whose strength follows the
image does not show in the mean over all of it
tone: L1 between the means of squares of 32 and 64 px, to the original: the teacher darkens shadows

The teacher's answer is sharp and can be learned; the original keeps what the teacher leaves out
and its colours. With s = ½ a student measures nearer to the originals than with either alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from enlarger_training.losses.feature_network import load_feature_network
from enlarger_training.networks.restoration import FOLDING
from enlarger_training.patches import Batch

_MEANS_PX = (4, 8, 16)
_TONE_PX = (32, 64)
# Blocks of pixels per side of a window, for windows of input pixels and of the network's blocks.
_PATTERN_WINDOWS = {1: (6, 16), FOLDING: (5, 14)}


@dataclass(frozen=True)
class TeachingSettings:
    """Weights and windows of the taught loss.

    Attributes:
        original_share: s above, 0…1.
        gradient_weight: g above.
        feature_weight: Of the features against the pixels.
        feature_networks: Names for `load_feature_network`; one is drawn for every step, so that
            the student does not learn the blind spots of any.
        feature_maps: How many maps of each network count, from the finest.
        means_weight, pattern_weight, local_pattern_weight, tone_weight: Of the last four terms
            against the pixels.
        window_px: Side of the part of the output that the features see, drawn for every step;
            so the grid of the network's strides falls elsewhere each time, and the step takes
            less work.
    """

    original_share: float = 0.5
    gradient_weight: float = 0.3
    feature_weight: float = 0.05
    feature_networks: tuple[str, ...] = ("lite0", "lite2")
    feature_maps: int = 3
    window_px: int = 176
    means_weight: float = 0.0
    pattern_weight: float = 0.0
    local_pattern_weight: float = 0.0
    tone_weight: float = 0.0

    def describe(self) -> str:
        """The sum in words, for cards."""
        names = " or ".join(self.feature_networks)
        return (
            f"l1 and {self.gradient_weight:g} of gradients to the teacher, l1 to the original, "
            f"shares {1 - self.original_share:g} and {self.original_share:g}; "
            f"{self.feature_weight:g} features of {names}, {self.means_weight:g} means of squares, "
            f"{self.pattern_weight:g} repeating pattern, "
            f"{self.local_pattern_weight:g} local pattern, {self.tone_weight:g} tone"
        )


def gradient_distance(output: Tensor, target: Tensor) -> Tensor:
    """L1 between the differences of neighbouring pixels, both axes added."""
    error = output - target
    across, down = error.diff(dim=-1).abs().mean(), error.diff(dim=-2).abs().mean()
    return across + down


def means_distance(
    output: Tensor, target: Tensor, sides_px: Sequence[int] = _MEANS_PX
) -> Tensor:
    """L1 between the means of squares, sizes added; an image smaller than a square is one."""
    error = output - target
    height, width = error.shape[-2:]
    return torch.stack(
        [
            functional.avg_pool2d(error, (min(side, height), min(side, width))).abs().mean()
            for side in sides_px
        ]
    ).sum()


def pattern_strength(error: Tensor, period_px: int) -> Tensor:
    """Mean absolute height of the pattern of period `period_px` in an error (n, c, h, w)."""
    height, width = (side // period_px * period_px for side in error.shape[-2:])
    count, channels = error.shape[:2]
    shape = (count, channels, height // period_px, period_px, width // period_px, period_px)
    repeating = error[..., :height, :width].reshape(shape).mean(dim=(2, 4))
    return (repeating - repeating.mean(dim=(2, 3), keepdim=True)).abs().mean()


def local_pattern_strength(error: Tensor, period_px: int, window_periods: int) -> Tensor:
    """Mean absolute height of the pattern of period `period_px` within windows of an error.

    Args:
        error: (n, c, h, w); sides are multiples of `period_px`.
        period_px: Of the pattern, across and down.
        window_periods: Side of a window; the next one begins half of it further on.
    """
    phases = functional.pixel_unshuffle(error, period_px)
    window = min(window_periods, *phases.shape[-2:])
    means = functional.avg_pool2d(phases, window, max(1, window // 2))
    by_colour = (len(means), error.shape[1], period_px * period_px, *means.shape[-2:])
    means = means.reshape(by_colour)
    return (means - means.mean(dim=2, keepdim=True)).abs().mean()


def _local_patterns(error: Tensor, scale: int) -> Tensor:
    strengths = [
        local_pattern_strength(error, folding * scale, periods)
        for folding, sides in _PATTERN_WINDOWS.items()
        for periods in sides
    ]
    return torch.stack(strengths).sum()


def feature_distances(first: Sequence[Tensor], second: Sequence[Tensor]) -> Tensor:
    """Squared distances between feature vectors, mean over places and images, sum over maps."""
    pairs = zip(first, second, strict=True)
    return torch.stack([(a - b).square().sum(dim=1).mean() for a, b in pairs]).sum()


class TaughtLoss(nn.Module):
    """Maps (output, batch with `taught`) to one number; see the module.

    Raises:
        ModuleNotFoundError: the package of a feature network's weights is not installed.
    """

    def __init__(self, settings: TeachingSettings) -> None:
        super().__init__()
        self.settings = settings
        self.networks = nn.ModuleList(
            load_feature_network(name).eval().requires_grad_(False)
            for name in (settings.feature_networks if settings.feature_weight > 0 else ())
        )

    def forward(self, output: Tensor, batch: Batch, chance: np.random.Generator) -> Tensor:
        """The loss of one step; `chance` draws network, window and the features' targets."""
        if batch.taught is None:
            raise ValueError("The taught loss needs a labelled folder; see `label`.")
        settings, share = self.settings, self.settings.original_share
        original, taught = batch.original.to(output.device), batch.taught.to(output.device)
        to_teacher = (output - taught).abs().mean()
        to_teacher = to_teacher + settings.gradient_weight * gradient_distance(output, taught)
        to_original = (output - original).abs().mean()
        loss = (1 - share) * to_teacher + share * to_original
        mixture = (1 - share) * taught + share * original
        if settings.means_weight > 0:
            loss = loss + settings.means_weight * means_distance(output, mixture)
        if settings.pattern_weight > 0:
            period_px = FOLDING * output.shape[-1] // batch.small.shape[-1]
            pattern = pattern_strength(output - mixture, period_px)
            loss = loss + settings.pattern_weight * pattern
        if settings.local_pattern_weight > 0:
            scale = output.shape[-1] // batch.small.shape[-1]
            patterns = _local_patterns(output - taught, scale)
            loss = loss + settings.local_pattern_weight * patterns
        if settings.tone_weight > 0:
            loss = loss + settings.tone_weight * means_distance(output, original, _TONE_PX)
        if not self.networks:
            return loss
        is_original = torch.from_numpy(chance.random(len(output)) < share).to(output.device)
        target = torch.where(is_original[:, None, None, None], original, taught)
        return loss + settings.feature_weight * self._features(output, target, chance)

    def _features(self, output: Tensor, target: Tensor, chance: np.random.Generator) -> Tensor:
        network = self.networks[int(chance.integers(len(self.networks)))]
        height, width = output.shape[-2:]
        side = min(self.settings.window_px, height, width)
        top, left = (int(chance.integers(length - side + 1)) for length in (height, width))
        window = (..., slice(top, top + side), slice(left, left + side))
        with torch.no_grad():
            wanted = network(target[window])
        maps = slice(self.settings.feature_maps)
        return feature_distances(network(output[window])[maps], wanted[maps])
