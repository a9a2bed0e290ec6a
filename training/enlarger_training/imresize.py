"""MATLAB's antialiased bicubic `imresize`, by which the literature makes its small images.

Results in the super-resolution literature are only comparable when the small
image was made this way: the cubic kernel is widened by the reduction, so that
it also removes what the small grid cannot hold. Pillow and OpenCV differ.
"""

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

_CUBIC_SUPPORT_PX = 4.0


def cubic(distance: Floats) -> Floats:
    """Keys' cubic convolution kernel with a = -0.5 (Keys 1981), zero beyond 2."""
    near = np.abs(distance)
    inner = 1.5 * near**3 - 2.5 * near**2 + 1
    outer = -0.5 * near**3 + 2.5 * near**2 - 4 * near + 2
    return np.where(near <= 1, inner, np.where(near <= 2, outer, 0.0))


def resize_matrix(length_in: int, length_out: int) -> Floats:
    """The (length_out, length_in) matrix that resizes one axis.

    Rows sum to 1. Beyond the ends the axis is mirrored, the edge pixel repeated.
    """
    scale = length_out / length_in
    antialias = min(scale, 1.0)
    support = _CUBIC_SUPPORT_PX / antialias
    centre = (np.arange(length_out) + 0.5) / scale - 0.5
    first = np.floor(centre - support / 2).astype(np.int64)
    taps = first[:, None] + np.arange(int(np.ceil(support)) + 2)
    weights = cubic(antialias * (centre[:, None] - taps))
    weights /= weights.sum(axis=1, keepdims=True)
    mirrored = np.concatenate([np.arange(length_in), np.arange(length_in)[::-1]])
    columns = mirrored[taps % (2 * length_in)]
    matrix = np.zeros((length_out, length_in))
    rows = np.broadcast_to(np.arange(length_out)[:, None], taps.shape)
    np.add.at(matrix, (rows, columns), weights)
    return matrix


def resize(image: Bytes, height: int, width: int) -> Bytes:
    """Resizes an (h, w, channels) 8-bit image to (height, width, channels), rounded to 8 bit.

    MATLAB resizes the axis with the smaller scale first; for the equal scales
    used here that is the rows.
    """
    rows = resize_matrix(image.shape[0], height)
    columns = resize_matrix(image.shape[1], width)
    tall, channels = image.shape[0], image.shape[2]
    by_rows = (rows @ image.reshape(tall, -1).astype(np.float64)).reshape(height, -1, channels)
    by_columns = columns @ by_rows.transpose(1, 0, 2).reshape(image.shape[1], -1)
    result = by_columns.reshape(width, height, channels).transpose(1, 0, 2)
    return np.clip(np.floor(result + 0.5), 0, 255).astype(np.uint8)


def reduce(image: Bytes, scale: int) -> Bytes:
    """Reduces an (h, w, c) image whose sides are multiples of `scale` by that scale.

    Raises:
        ValueError: a side is not a multiple of the scale.
    """
    height, width = image.shape[:2]
    if height % scale or width % scale:
        raise ValueError(f"A {width} × {height} image cannot be reduced exactly by {scale}.")
    return resize(image, height // scale, width // scale)


def crop_to_multiple(image: Bytes, multiple: int) -> Bytes:
    """The image's top-left part whose sides are multiples of `multiple`."""
    height, width = image.shape[:2]
    return image[: height - height % multiple, : width - width % multiple]
