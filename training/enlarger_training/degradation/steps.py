"""The single steps of spoiling an image; images are (h, w, 3) floats in 0…255."""

import io

import numpy as np
from PIL import Image

from enlarger_training.degradation.kernels import (
    Floats,
    filter_image,
    gaussian_kernel,
    plateau_kernel,
    ringing_kernel,
)
from enlarger_training.degradation.settings import PassSettings, Range

_RESAMPLERS = (Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)
# Chances of the six kinds of kernel in Real-ESRGAN, its generalised and plateau
# kernels counted together with their isotropic forms.
_GAUSSIAN_CHANCE, _GENERALISED_CHANCE = 0.7, 0.15
_ISOTROPIC_CHANCE = 0.6


def draw_from(chance: np.random.Generator, limits: Range) -> float:
    """A value between the limits, uniformly distributed."""
    return float(chance.uniform(limits[0], limits[1]))


def blur(image: Floats, settings: PassSettings, chance: np.random.Generator) -> Floats:
    """Blurs with a Gaussian, a generalised Gaussian or a plateau, round or elliptic."""
    first = draw_from(chance, settings.blur_sigma_px)
    is_round = chance.random() < _ISOTROPIC_CHANCE
    sigmas = (first, first if is_round else draw_from(chance, settings.blur_sigma_px))
    angle = draw_from(chance, (0, np.pi))
    kind = chance.random()
    if kind < _GAUSSIAN_CHANCE:
        kernel = gaussian_kernel(settings.kernel_px, sigmas, angle)
    elif kind < _GAUSSIAN_CHANCE + _GENERALISED_CHANCE:
        kernel = gaussian_kernel(settings.kernel_px, sigmas, angle, draw_from(chance, (0.5, 4)))
    else:
        kernel = plateau_kernel(settings.kernel_px, sigmas, angle, draw_from(chance, (1, 2)))
    return filter_image(image, kernel)


def ring(image: Floats, settings: PassSettings, chance: np.random.Generator) -> Floats:
    """Adds the overshoot of sharpening and of hard low-passes."""
    cutoff = draw_from(chance, (np.pi / 3, np.pi))
    return filter_image(image, ringing_kernel(settings.kernel_px, cutoff))


def resample(image: Floats, height: int, width: int, chance: np.random.Generator) -> Floats:
    """Resamples to the given size by box, bilinear or bicubic means."""
    resampler = _RESAMPLERS[int(chance.integers(len(_RESAMPLERS)))]
    channels = [
        np.asarray(
            Image.fromarray(image[..., channel].astype(np.float32)).resize(
                (width, height), resampler
            ),
            dtype=np.float64,
        )
        for channel in range(image.shape[2])
    ]
    return np.stack(channels, axis=2)


def add_gaussian_noise(
    image: Floats, sigma: float, is_grey: bool, chance: np.random.Generator
) -> Floats:
    """Adds noise of the given deviation, the same for the three colours when `is_grey`."""
    channels = 1 if is_grey else image.shape[2]
    noise = chance.normal(0, sigma, (*image.shape[:2], channels))
    return image + noise


def add_shot_noise(
    image: Floats, strength: float, is_grey: bool, chance: np.random.Generator
) -> Floats:
    """Adds `strength` times the Poisson noise of one count per 8-bit step.

    Its deviation is strength · √light, 0…255.
    """
    light = np.clip(image, 0, 255)
    if is_grey:
        light = light.mean(axis=2, keepdims=True)
    return image + strength * (chance.poisson(light) - light)


def add_noise(image: Floats, settings: PassSettings, chance: np.random.Generator) -> Floats:
    """Adds Gaussian or shot noise, coloured or grey."""
    is_grey = chance.random() < settings.grey_noise_chance
    if chance.random() < settings.gaussian_noise_chance:
        return add_gaussian_noise(image, draw_from(chance, settings.noise_sigma), is_grey, chance)
    return add_shot_noise(image, draw_from(chance, settings.shot_noise), is_grey, chance)


def compress_jpeg(image: Floats, quality: int) -> Floats:
    """What is left after saving as JPEG (4:2:0) and reading again, whole values in 0…255."""
    whole = np.clip(np.round(image), 0, 255).astype(np.uint8)
    stored = io.BytesIO()
    Image.fromarray(whole).save(stored, "JPEG", quality=quality)
    with Image.open(stored) as opened:
        return np.asarray(opened.convert("RGB"), dtype=np.float64)
