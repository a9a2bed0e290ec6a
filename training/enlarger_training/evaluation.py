"""Measuring an enlargement on a folder of originals."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from enlarger_training.degradation.steps import compress_jpeg
from enlarger_training.images import list_images, read_image
from enlarger_training.imresize import Bytes, crop_to_multiple, reduce, resize
from enlarger_training.metrics.protocol import Fidelity, measure_fidelity
from enlarger_training.patches import to_tensor

Enlarge = Callable[[Bytes], Bytes]
"""Maps an 8-bit RGB image (h, w, 3) to (scale·h, scale·w, 3)."""


@dataclass(frozen=True)
class TestImage:
    """An original (h, w, 3) and its reduction by `imresize`."""

    __test__ = False  # not a pytest class

    name: str
    small: Bytes
    original: Bytes


@dataclass(frozen=True)
class Measured:
    """The figures of one image."""

    name: str
    fidelity: Fidelity


def load_test_image(path: Path, scale: int, jpeg_quality: int | None = None) -> TestImage:
    """One original, cropped to a multiple of the scale, with its reduction.

    Args:
        jpeg_quality: Saves the reduction as JPEG (4:2:0) and reads it again.
    """
    original = crop_to_multiple(read_image(path), scale)
    small = reduce(original, scale)
    if jpeg_quality is not None:
        small = compress_jpeg(small.astype(np.float64), jpeg_quality).astype(np.uint8)
    return TestImage(path.stem, small, original)


def load_test_images(folder: Path, scale: int, jpeg_quality: int | None = None) -> list[TestImage]:
    """Every image of a folder, as `load_test_image` makes it."""
    return [load_test_image(path, scale, jpeg_quality) for path in list_images(folder)]


def to_bytes(values: NDArray[np.floating[Any]]) -> Bytes:
    """Rounds values in 0…1, clamping the rest, to 8 bit."""
    return np.clip(np.round(values * 255), 0, 255).astype(np.uint8)


def enlarge_bicubic(scale: int) -> Enlarge:
    """Bicubic enlargement by `imresize`."""
    return lambda small: resize(small, small.shape[0] * scale, small.shape[1] * scale)


def enlarge_with(network: nn.Module) -> Enlarge:
    """Enlargement by a network in fp32, as a whole image."""

    def enlarge(small: Bytes) -> Bytes:
        network.eval()
        with torch.no_grad():
            enlarged = network(to_tensor([small]))
        return to_bytes(enlarged[0].permute(1, 2, 0).numpy())

    return enlarge


def measure(enlarge: Enlarge, images: Iterable[TestImage], scale: int) -> list[Measured]:
    """PSNR and SSIM on luma of every image, `scale` pixels cropped at each border."""
    return [
        Measured(image.name, measure_fidelity(enlarge(image.small), image.original, scale))
        for image in images
    ]


def mean_fidelity(measured: list[Measured]) -> Fidelity:
    """Means over the images."""
    return Fidelity(
        float(np.mean([line.fidelity.psnr_db for line in measured])),
        float(np.mean([line.fidelity.ssim for line in measured])),
    )
