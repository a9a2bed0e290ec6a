"""Small generated images, so that the suite needs no data and few seconds."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from enlarger_training.images import write_image
from enlarger_training.imresize import Bytes
from enlarger_training.prepare import prepare


def draw_image(seed: int, side_px: int = 96) -> Bytes:
    """Coloured discs and stripes with soft edges, (side, side, 3)."""
    chance = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:side_px, 0:side_px]
    image = np.full((side_px, side_px, 3), 128.0)
    for _ in range(6):
        top, left = chance.uniform(0, side_px, 2)
        radius = chance.uniform(6, side_px / 3)
        inside = np.clip(radius - np.hypot(rows - top, columns - left), 0, 1)[..., None]
        image = image * (1 - inside) + chance.uniform(0, 255, 3) * inside
    stripes = 20 * np.sin(columns * chance.uniform(0.2, 1.2))[..., None]
    return np.clip(image + stripes, 0, 255).astype(np.uint8)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Keeps the sums' order, and with it every result, the same on every machine."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield


@pytest.fixture(scope="session")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four photographs and one drawing of 96 × 108 px or so."""
    folder = tmp_path_factory.mktemp("images")
    (folder / "graphics").mkdir()
    for seed in range(4):
        write_image(folder / f"photo{seed}.png", draw_image(seed, 100))
    write_image(folder / "graphics" / "drawing.png", draw_image(9, 96))
    return folder


@pytest.fixture(scope="session")
def prepared(image_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prepared folder of `image_folder` for ×2 and ×4."""
    destination = tmp_path_factory.mktemp("prepared")
    prepare(image_folder, destination, scales=[2, 4])
    return destination
