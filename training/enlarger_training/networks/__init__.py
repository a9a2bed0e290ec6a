"""The networks by their names in a configuration."""

from enlarger_training.networks.fast import FastNetwork
from enlarger_training.networks.restoration import RestorationNetwork
from enlarger_training.networks.srresnet import (
    SCALE,
    SrresnetNetwork,
    lite_design,
    original_design,
)

Network = FastNetwork | RestorationNetwork | SrresnetNetwork
FAMILIES = ("fast", "restoration", "srresnet", "srresnet-lite")


def build_network(family: str, scale: int, options: dict[str, int | str]) -> Network:
    """A freshly initialised network.

    Args:
        family: One of `FAMILIES`.
        scale: Enlargement; the two `srresnet` generators only know 4.
        options: The keyword arguments of the family's class or design.

    Raises:
        ValueError: unknown family, or a scale that the family does not know.
        TypeError: unknown option.
    """
    if family == "fast":
        return FastNetwork(scale, **options)  # type: ignore[arg-type]  # checked when called
    if family == "restoration":
        return RestorationNetwork(scale, **options)  # type: ignore[arg-type]  # checked when called
    if family not in FAMILIES:
        raise ValueError(f"Unknown network {family!r}; known: {', '.join(FAMILIES)}.")
    if scale != SCALE:
        raise ValueError(f"{family} enlarges by {SCALE}, not by {scale}.")
    design = original_design if family == "srresnet" else lite_design
    return SrresnetNetwork(design(**options))  # type: ignore[arg-type]  # checked when called
