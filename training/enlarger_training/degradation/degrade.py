"""From a good image to a small degraded one."""

import numpy as np

from enlarger_training.degradation.kernels import Floats
from enlarger_training.degradation.settings import DegradationSettings, PassSettings
from enlarger_training.degradation.steps import (
    add_noise,
    blur,
    compress_jpeg,
    draw_from,
    resample,
    ring,
)
from enlarger_training.imresize import Bytes

_MIN_SIDE_PX = 8


def _draw_scale(settings: PassSettings, chance: np.random.Generator) -> float:
    """A resampling factor: above 1, below 1, or 1."""
    smallest, largest = settings.resample_scale
    kind = chance.random()
    if kind < settings.enlarge_chance:
        return draw_from(chance, (1, largest))
    if kind < settings.enlarge_chance + settings.reduce_chance:
        return draw_from(chance, (smallest, 1))
    return 1.0


def _resample_by(image: Floats, factor: float, chance: np.random.Generator) -> Floats:
    height, width = (max(_MIN_SIDE_PX, round(side * factor)) for side in image.shape[:2])
    return resample(image, height, width, chance)


def _draw_quality(settings: PassSettings, chance: np.random.Generator) -> int:
    return round(draw_from(chance, settings.jpeg_quality))


def _blur_resample_noise(
    image: Floats, settings: PassSettings, factor: float, chance: np.random.Generator
) -> Floats:
    if chance.random() < settings.blur_chance:
        image = blur(image, settings, chance)
    return add_noise(_resample_by(image, factor, chance), settings, chance)


def degrade(
    original: Bytes,
    scale: int,
    chance: np.random.Generator,
    settings: DegradationSettings | None = None,
) -> Bytes:
    """A degraded image (h / scale, w / scale, 3) of an original whose sides are multiples of it.

    The second pass's resampling is relative to the final size, so that its
    reduction is not undone by the last one.
    """
    settings = settings or DegradationSettings()
    height, width = original.shape[0] // scale, original.shape[1] // scale
    image = original.astype(np.float64)
    first, second = settings.first, settings.second
    factor = _draw_scale(first, chance)
    image = _blur_resample_noise(image, first, factor, chance)
    image = compress_jpeg(image, _draw_quality(first, chance))
    to_final = height / image.shape[0]
    factor = to_final * _draw_scale(second, chance)
    image = _blur_resample_noise(image, second, factor, chance)
    return _finish(image, height, width, settings, chance)


def _finish(
    image: Floats,
    height: int,
    width: int,
    settings: DegradationSettings,
    chance: np.random.Generator,
) -> Bytes:
    """Final size, ringing and JPEG; the JPEG comes first half the time (Real-ESRGAN)."""
    quality = _draw_quality(settings.second, chance)
    is_ringing = chance.random() < settings.ringing_chance
    is_jpeg_first = chance.random() < 0.5
    if is_jpeg_first:
        image = compress_jpeg(image, quality)
    image = resample(image, height, width, chance)
    if is_ringing:
        image = ring(image, settings.second, chance)
    if not is_jpeg_first:
        image = compress_jpeg(image, quality)
    return np.clip(np.round(image), 0, 255).astype(np.uint8)
