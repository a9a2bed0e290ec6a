"""The activations that head and body may use."""

from torch import nn

ACTIVATIONS = ("relu", "leaky_relu", "prelu")
LEAKY_SLOPE = 0.2


def make_activation(name: str) -> nn.Module:
    """A fresh activation by its name; `prelu` learns one shared slope.

    Raises:
        ValueError: the name is not among `ACTIVATIONS`.
    """
    if name == "relu":
        return nn.ReLU()
    if name == "leaky_relu":
        return nn.LeakyReLU(LEAKY_SLOPE)
    if name == "prelu":
        return nn.PReLU()
    raise ValueError(f"Unknown activation {name!r}; known: {', '.join(ACTIVATIONS)}.")
