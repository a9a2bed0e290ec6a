"""How strongly images are degraded."""

from dataclasses import dataclass, field, replace

import numpy as np

Range = tuple[float, float]


@dataclass(frozen=True)
class PassSettings:
    """One pass of blur, resampling, noise and JPEG; the defaults are Real-ESRGAN's first.

    Attributes:
        blur_chance: Chance that the pass blurs.
        kernel_px: Side of the blur's kernel, odd.
        blur_sigma_px: Deviation of the blur.
        enlarge_chance, reduce_chance: Chances of resampling up and down; else neither.
        resample_scale: Smallest and largest factor.
        gaussian_noise_chance: Else the noise is shot noise.
        noise_sigma: Deviation of Gaussian noise, of 255.
        shot_noise: Strength of shot noise, see `add_shot_noise`.
        grey_noise_chance: Chance that noise is without colour.
        jpeg_quality: Of 100.
    """

    blur_chance: float = 1.0
    kernel_px: int = 21
    blur_sigma_px: Range = (0.2, 3.0)
    enlarge_chance: float = 0.2
    reduce_chance: float = 0.7
    resample_scale: Range = (0.15, 1.5)
    gaussian_noise_chance: float = 0.5
    noise_sigma: Range = (1.0, 30.0)
    shot_noise: Range = (0.05, 3.0)
    grey_noise_chance: float = 0.4
    jpeg_quality: Range = (30.0, 95.0)


def second_pass() -> PassSettings:
    """Real-ESRGAN's second pass: milder, and it blurs less often."""
    return PassSettings(
        blur_chance=0.8,
        blur_sigma_px=(0.2, 1.5),
        enlarge_chance=0.3,
        reduce_chance=0.4,
        resample_scale=(0.3, 1.2),
        noise_sigma=(1.0, 25.0),
        shot_noise=(0.05, 2.5),
    )


@dataclass(frozen=True)
class DegradationSettings:
    """Both passes and the end.

    Attributes:
        ringing_chance: Chance of ringing at the end.
    """

    first: PassSettings = field(default_factory=PassSettings)
    second: PassSettings = field(default_factory=second_pass)
    ringing_chance: float = 0.8


def web_pass(jpeg_quality: Range) -> PassSettings:
    """What phones and the web do: little blur and noise, and a JPEG."""
    return PassSettings(
        blur_chance=0.4,
        kernel_px=11,
        blur_sigma_px=(0.2, 1.2),
        enlarge_chance=0.1,
        reduce_chance=0.3,
        resample_scale=(0.5, 1.2),
        noise_sigma=(0.0, 6.0),
        shot_noise=(0.0, 0.5),
        jpeg_quality=jpeg_quality,
    )


def web_settings() -> DegradationSettings:
    """Both passes as on the web; the last JPEG is the worse one."""
    return DegradationSettings(web_pass((60.0, 98.0)), web_pass((30.0, 95.0)), ringing_chance=0.1)


def noisy_settings() -> DegradationSettings:
    """Small sensors and low light: little blur, much noise, a good JPEG."""
    first = PassSettings(
        blur_chance=0.4,
        kernel_px=11,
        blur_sigma_px=(0.2, 1.0),
        enlarge_chance=0.05,
        reduce_chance=0.2,
        resample_scale=(0.6, 1.2),
        noise_sigma=(0.0, 4.0),
        shot_noise=(0.0, 0.3),
        jpeg_quality=(85.0, 100.0),
    )
    second = PassSettings(
        blur_chance=0.2,
        kernel_px=11,
        blur_sigma_px=(0.2, 0.8),
        enlarge_chance=0.0,
        reduce_chance=0.0,
        noise_sigma=(4.0, 28.0),
        shot_noise=(0.3, 3.0),
        jpeg_quality=(60.0, 100.0),
    )
    return DegradationSettings(first, second, ringing_chance=0.1)


def light_settings() -> DegradationSettings:
    """Nearly clean images, so that a restorer learns not to change them."""

    def light_pass(blur_chance: float, jpeg_quality: Range) -> PassSettings:
        return PassSettings(
            blur_chance=blur_chance,
            kernel_px=11,
            blur_sigma_px=(0.2, 0.8),
            enlarge_chance=0.0,
            reduce_chance=0.0,
            noise_sigma=(0.0, 1.5),
            shot_noise=(0.0, 0.1),
            jpeg_quality=jpeg_quality,
        )

    first, second = light_pass(0.2, (92.0, 100.0)), light_pass(0.0, (85.0, 100.0))
    return DegradationSettings(first, second, ringing_chance=0.0)


def without_noise(settings: DegradationSettings) -> DegradationSettings:
    """The same blur, resampling and JPEG, with no noise in either pass."""
    first, second = (
        replace(each, noise_sigma=(0.0, 0.0), shot_noise=(0.0, 0.0))
        for each in (settings.first, settings.second)
    )
    return replace(settings, first=first, second=second)


def noiseless_settings() -> DegradationSettings:
    """Real-ESRGAN's two passes without their noise."""
    return without_noise(DegradationSettings())


def noiseless_web_settings() -> DegradationSettings:
    """What phones and the web do to an image that has no noise."""
    return without_noise(web_settings())


_MAKERS = {
    "second-order": DegradationSettings,
    "second-order-noiseless": noiseless_settings,
    "web": web_settings,
    "web-noiseless": noiseless_web_settings,
    "noisy": noisy_settings,
    "light": light_settings,
}
# Chances of the kinds in what people want to have restored.
_MIXTURES = {
    "photo": {"second-order": 0.35, "web": 0.30, "noisy": 0.25, "light": 0.10},
    # For networks that keep grain: all noise is added later, to the answer too.
    "grain": {"second-order-noiseless": 0.35, "web-noiseless": 0.45, "light": 0.20},
    "art": {"second-order": 0.25, "web": 0.40, "noisy": 0.10, "light": 0.25},
}
DEGRADATIONS = ("none", *_MAKERS, *_MIXTURES)


@dataclass(frozen=True)
class Mixture:
    """Kinds of degradation and how often each is drawn."""

    kinds: tuple[DegradationSettings, ...]
    chances: tuple[float, ...]

    def draw(self, chance: np.random.Generator) -> DegradationSettings:
        """One of the kinds; a mixture of one takes nothing from `chance`."""
        if len(self.kinds) == 1:
            return self.kinds[0]
        return self.kinds[int(chance.choice(len(self.kinds), p=self.chances))]


def make_degradation(name: str) -> Mixture | None:
    """The kind or mixture of that name; None for `none`.

    Raises:
        ValueError: the name is not among `DEGRADATIONS`.
    """
    if name not in DEGRADATIONS:
        raise ValueError(f"Unknown degradation {name!r}; known: {', '.join(DEGRADATIONS)}.")
    if name == "none":
        return None
    shares = _MIXTURES.get(name, {name: 1.0})
    return Mixture(tuple(_MAKERS[kind]() for kind in shares), tuple(shares.values()))
