"""A loss that follows the measured figure: mean PSNR on luma."""

import torch
from torch import Tensor, nn

from enlarger_training.metrics.luma import LUMA_RANGE, LUMA_WEIGHTS

_LOG_WEIGHT = 0.01


class LumaPsnrLoss(nn.Module):
    """0.01 · mean over images of log(luma MSE + floor) + colour_weight · colour L1.

    Mean PSNR over a test set is the mean of −log MSE, so an image's pull is
    divided by its own error: easy images count as much as textured ones. L1 and
    L2 spend themselves on texture that no small network can restore.

    Args:
        error_floor: Added to the MSE (full scale 1) so that flat patches do not
            take over; 1e-4 is 40 dB.
        colour_weight: Weight of the L1 distance between RGB and luma differences,
            which keeps the colours that luma does not see.
    """

    luma_weights: Tensor

    def __init__(self, error_floor: float, colour_weight: float) -> None:
        super().__init__()
        self.error_floor = error_floor
        self.colour_weight = colour_weight
        weights = torch.tensor(LUMA_WEIGHTS).view(1, 3, 1, 1) / LUMA_RANGE
        self.register_buffer("luma_weights", weights, persistent=False)

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        difference = output - target
        luma = (difference * self.luma_weights.to(difference)).sum(dim=1, keepdim=True)
        image_errors = luma.square().mean(dim=(1, 2, 3))
        log_error = torch.log(image_errors + self.error_floor).mean()
        return _LOG_WEIGHT * log_error + self.colour_weight * (difference - luma).abs().mean()
