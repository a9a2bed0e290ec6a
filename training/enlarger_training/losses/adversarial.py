"""SRGAN's adversarial terms and its discriminator (Ledig et al. 2017)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

# SRGAN: content (perceptual) + 10⁻³ adversarial.
ADVERSARIAL_WEIGHT = 1e-3
_LEAKY_SLOPE = 0.2
# (channels, stride) of the eight 3×3 convolutions.
_LAYERS = ((64, 1), (64, 2), (128, 1), (128, 2), (256, 1), (256, 2), (512, 1), (512, 2))


class Discriminator(nn.Module):
    """Maps (n, 3, h, w) to one logit (n,); above 0 means "original".

    The features are averaged over the image before the last two layers, so
    that any patch size of at least 16 px will do; SRGAN's own fixes 96 px.
    """

    def __init__(self, width_divisor: int = 1) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for index, (full_outputs, stride) in enumerate(_LAYERS):
            outputs = full_outputs // width_divisor
            layers.append(nn.Conv2d(inputs, outputs, 3, stride, padding=1))
            if index > 0:
                layers.append(nn.BatchNorm2d(outputs))
            layers.append(nn.LeakyReLU(_LEAKY_SLOPE))
            inputs = outputs
        self.features = nn.Sequential(*layers)
        self.judge = nn.Sequential(
            nn.Linear(inputs, 2 * inputs), nn.LeakyReLU(_LEAKY_SLOPE), nn.Linear(2 * inputs, 1)
        )

    def forward(self, image: Tensor) -> Tensor:
        pooled = self.features(image).mean(dim=(2, 3))
        logits: Tensor = self.judge(pooled)
        return logits.squeeze(1)


def generator_loss(enlarged_logits: Tensor) -> Tensor:
    """Mean of −log D(G(x)): small when the discriminator takes the enlargement for an original."""
    return functional.binary_cross_entropy_with_logits(
        enlarged_logits, torch.ones_like(enlarged_logits)
    )


def discriminator_loss(original_logits: Tensor, enlarged_logits: Tensor) -> Tensor:
    """Mean of −log D(Y) − log(1 − D(G(x))); detach the enlargement before judging it."""
    originals = functional.binary_cross_entropy_with_logits(
        original_logits, torch.ones_like(original_logits)
    )
    enlargements = functional.binary_cross_entropy_with_logits(
        enlarged_logits, torch.zeros_like(enlarged_logits)
    )
    return originals + enlargements
