"""The discriminator that a network is trained against, with its own optimiser."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from enlarger_training.losses.adversarial import Discriminator, discriminator_loss, generator_loss

# A quarter of SRGAN's channels: it judges small networks, on processors.
_WIDTH_DIVISOR = 4
_RATE = 2e-4
_DECAYS = (0.9, 0.99)


@dataclass
class DiscriminatorRun:
    """Learns to distinguish originals from enlargements, one step for every step of the network."""

    discriminator: Discriminator
    optimizer: torch.optim.Optimizer

    def fool_loss(self, enlarged: Tensor) -> Tensor:
        """How surely the enlargements are recognised; only they receive its gradient."""
        self.discriminator.requires_grad_(False)
        loss = generator_loss(self.discriminator(enlarged))
        self.discriminator.requires_grad_(True)
        return loss

    def learn(self, original: Tensor, enlarged: Tensor) -> None:
        """One step of the discriminator."""
        logits = self.discriminator(original), self.discriminator(enlarged.detach())
        loss = discriminator_loss(*logits)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()

    def state(self) -> dict[str, Any]:
        """All that changes while training."""
        return {
            "discriminator": self.discriminator.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Brings a fresh discriminator to a saved state."""
        self.discriminator.load_state_dict(state["discriminator"])
        self.optimizer.load_state_dict(state["optimizer"])


def make_discriminator_run(device: str) -> DiscriminatorRun:
    """A fresh discriminator, from the current random state."""
    discriminator = Discriminator(_WIDTH_DIVISOR)
    placed: Discriminator = discriminator.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.Adam(placed.parameters(), lr=_RATE, betas=_DECAYS, fused=True)
    return DiscriminatorRun(placed.train(), optimizer)
