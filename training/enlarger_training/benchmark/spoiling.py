"""Four ways in which photographs get spoiled, the same on every run.

The chain of each is fixed; only its strengths are drawn, from the number of the image. Training
draws from wider and other distributions (`degradation/`), so that no network has practised
exactly this.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image

from enlarger_training.degradation.kernels import Floats, filter_image, gaussian_kernel
from enlarger_training.degradation.steps import add_gaussian_noise, compress_jpeg, draw_from
from enlarger_training.imresize import Bytes, reduce

Spoil = Callable[[Bytes, int, np.random.Generator], Floats]

_SHARPENING_KERNEL_PX = 9


def _sharpen(image: Floats, amount: float) -> Floats:
    """Unsharp masking as cameras do it."""
    kernel = gaussian_kernel(_SHARPENING_KERNEL_PX, (1.0, 1.0), 0.0)
    return image + amount * (image - filter_image(image, kernel))


def _resize(image: Floats, width: int, height: int, resampling: Image.Resampling) -> Floats:
    whole = np.clip(np.round(image), 0, 255).astype(np.uint8)
    return np.asarray(Image.fromarray(whole).resize((width, height), resampling), dtype=np.float64)


def _spoil_as_web(original: Bytes, scale: int, chance: np.random.Generator) -> Floats:
    """A small, strongly compressed JPEG."""
    small = reduce(original, scale).astype(np.float64)
    return compress_jpeg(small, round(draw_from(chance, (35, 60))))


def _spoil_as_phone(original: Bytes, scale: int, chance: np.random.Generator) -> Floats:
    """A small sensor's noise, sharpened by the camera, saved as a good JPEG."""
    small = reduce(original, scale).astype(np.float64)
    noisy = add_gaussian_noise(small, draw_from(chance, (4, 9)), is_grey=False, chance=chance)
    return compress_jpeg(
        _sharpen(noisy, draw_from(chance, (0.5, 1.0))), round(draw_from(chance, (75, 90)))
    )


def _spoil_by_noise(original: Bytes, scale: int, chance: np.random.Generator) -> Floats:
    """Only strong noise."""
    small = reduce(original, scale).astype(np.float64)
    return add_gaussian_noise(small, draw_from(chance, (18, 25)), is_grey=False, chance=chance)


def _spoil_twice(original: Bytes, scale: int, chance: np.random.Generator) -> Floats:
    """Resized, compressed, made too small, compressed and enlarged again by others."""
    height, width = original.shape[0] // scale, original.shape[1] // scale
    bilinear, bicubic = Image.Resampling.BILINEAR, Image.Resampling.BICUBIC
    once = _resize(original.astype(np.float64), 2 * width, 2 * height, bilinear)
    once = compress_jpeg(once, round(draw_from(chance, (60, 80))))
    share = draw_from(chance, (0.55, 0.75))
    smaller = _resize(once, round(share * width), round(share * height), bicubic)
    smaller = compress_jpeg(smaller, round(draw_from(chance, (60, 85))))
    return compress_jpeg(
        _resize(smaller, width, height, bicubic), round(draw_from(chance, (60, 85)))
    )


SPOILINGS: dict[str, Spoil] = {
    "web": _spoil_as_web,
    "phone": _spoil_as_phone,
    "noise": _spoil_by_noise,
    "twice": _spoil_twice,
}


def spoil(original: Bytes, kind: str, scale: int, number: int) -> Bytes:
    """The small degraded image (h / scale, w / scale, 3) of an original (h, w, 3).

    Args:
        original: Its sides are multiples of `scale`.
        kind: One of `SPOILINGS`.
        number: Of the image in its set; together with `kind` it fixes all that is random.

    Raises:
        KeyError: unknown kind.
    """
    chance = np.random.default_rng([list(SPOILINGS).index(kind), number])
    return np.clip(np.round(SPOILINGS[kind](original, scale, chance)), 0, 255).astype(np.uint8)
