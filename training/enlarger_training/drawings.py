"""Draws images to train on: shaded figures, ink with screen tone, signs and windows of programs.

Drawings under free licences are rare, so most of what `art` learns from is made here. Every
drawing follows from its number alone. Shapes are drawn three times as large and averaged, as
drawing programs smooth their edges.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from enlarger_training.imresize import Bytes

SIDE_PX = 384
_OVERSAMPLING = 3
_CANVAS_PX = SIDE_PX * _OVERSAMPLING

Points = NDArray[np.float64]
Colour = tuple[int, int, int]
Chance = np.random.Generator

_WORDS = (
    "light house paper river OPEN 1984 Chapter window garden Save 37% north quiet STOP blue $12 "
    "letters engine 2:45 harbour New edge Total stone a.m. @home train No.7 field (old) page"
).split()


def _colour(chance: Chance, brightness: tuple[int, int] = (0, 255)) -> Colour:
    red, green, blue = (int(value) for value in chance.integers(*brightness, 3, endpoint=True))
    return red, green, blue


def _palette(chance: Chance) -> list[Colour]:
    """A few colours that belong together: one hue varied, one opposed, a light and a dark one."""
    base = np.array(_colour(chance, (40, 220)), dtype=np.float64)
    varied = [base + chance.normal(0, 35, 3) for _ in range(4)]
    chosen = [*varied, 255 - base, chance.uniform(215, 255, 3), chance.uniform(0, 45, 3)]
    return [_clipped(colour) for colour in chosen]


def _clipped(colour: NDArray[np.float64]) -> Colour:
    red, green, blue = (int(value) for value in np.clip(np.round(colour), 0, 255))
    return red, green, blue


def _pick(chance: Chance, palette: list[Colour]) -> Colour:
    return palette[int(chance.integers(len(palette)))]


def _shaded(colour: Colour, factor: float) -> Colour:
    return _clipped(np.array(colour) * factor)


def _curve(corners: Points, is_closed: bool, count: int = 24) -> Points:
    """A Catmull-Rom spline through the corners (n, 2)."""
    if is_closed:
        padded = np.concatenate([corners[-1:], corners, corners[:2]])
    else:
        padded = np.concatenate([corners[:1], corners, corners[-1:]])
    at = np.linspace(0, 1, count, endpoint=False)[:, None]
    pieces = [
        0.5
        * (
            2 * b
            + (c - a) * at
            + (2 * a - 5 * b + 4 * c - d) * at**2
            + (3 * b - a - 3 * c + d) * at**3
        )
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.concatenate(pieces)


def _blob(chance: Chance, middle: Points, radius: float) -> Points:
    """A closed outline around a point: round, angular or spiky."""
    count = int(chance.integers(4, 11))
    angles = np.sort(chance.uniform(0, 2 * np.pi, count))
    radii = radius * chance.uniform(0.45, 1.2, count)[:, None]
    corners = middle + radii * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return _curve(corners, is_closed=True) if chance.random() < 0.75 else corners


def _tapered(path: Points, width: float) -> Points:
    """The outline of a stroke along a path that begins and ends in a point, as a pen draws it."""
    along = np.gradient(path, axis=0)
    lengths = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) / lengths
    half = 0.5 * width * np.sin(np.linspace(0.02, np.pi - 0.02, len(path)))[:, None] ** 0.7
    return np.concatenate([path + half * across, (path - half * across)[::-1]])


def _listed(points: Points) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in points]


def _stroke(chance: Chance, pen: ImageDraw.ImageDraw, colour: Colour, width: float) -> None:
    start = chance.uniform(-0.1, 1.1, 2) * _CANVAS_PX
    steps = chance.normal(0, 0.13 * _CANVAS_PX, (int(chance.integers(2, 5)), 2))
    path = _curve(np.cumsum(np.concatenate([start[None], steps]), axis=0), is_closed=False)
    pen.polygon(_listed(_tapered(path, width)), fill=colour)


def _strands(chance: Chance, pen: ImageDraw.ImageDraw, colour: Colour) -> None:
    """Strokes that run side by side, like hair, grass or folds."""
    start = chance.uniform(0, 1, 2) * _CANVAS_PX
    steps = chance.normal(0, 0.15 * _CANVAS_PX, (3, 2))
    corners = np.cumsum(np.concatenate([start[None], steps]), axis=0)
    spread = chance.normal(0, 14 * _OVERSAMPLING, 2)
    for number in range(int(chance.integers(4, 16))):
        moved = corners + number * spread + chance.normal(0, 5 * _OVERSAMPLING, corners.shape)
        width = chance.uniform(0.6, 3.5) * _OVERSAMPLING
        pen.polygon(_listed(_tapered(_curve(moved, is_closed=False), width)), fill=colour)


def _gradient(chance: Chance, first: Colour, second: Colour) -> Image.Image:
    angle = chance.uniform(0, 2 * np.pi)
    axis = np.linspace(-0.5, 0.5, _CANVAS_PX)
    ramp = np.clip(0.5 + np.cos(angle) * axis[None, :] + np.sin(angle) * axis[:, None], 0, 1)
    if chance.random() < 0.3:
        ramp = np.floor(ramp * 5) / 4
    mixed = np.array(first) + ramp[..., None] * (np.array(second) - np.array(first, dtype=float))
    return Image.fromarray(np.clip(np.round(mixed), 0, 255).astype(np.uint8))


def _background(chance: Chance, palette: list[Colour]) -> Image.Image:
    first = _pick(chance, palette)
    if chance.random() < 0.5:
        return _gradient(chance, first, _pick(chance, palette))
    return Image.new("RGB", (_CANVAS_PX, _CANVAS_PX), first)


def _shade(chance: Chance, canvas: Image.Image, outline: Points, colour: Colour) -> None:
    """A second, darker or lighter tone on a part of a shape, with a hard or a soft edge."""
    inside, tone = (Image.new("L", canvas.size) for _ in range(2))
    ImageDraw.Draw(inside).polygon(_listed(outline), fill=255)
    shift = chance.normal(0, 0.06 * _CANVAS_PX, 2)
    ImageDraw.Draw(tone).polygon(_listed(outline + shift), fill=255)
    if chance.random() < 0.3:
        tone = tone.filter(ImageFilter.GaussianBlur(chance.uniform(3, 12) * _OVERSAMPLING))
    mask = ImageChops.subtract(inside, tone)
    canvas.paste(_shaded(colour, chance.choice([0.6, 0.75, 1.25])), (0, 0), mask)


def _draw_figure(chance: Chance) -> Image.Image:
    """Flat colours with a second tone, outlines and strands, as in animation and comics."""
    palette = _palette(chance)
    canvas = _background(chance, palette)
    pen = ImageDraw.Draw(canvas)
    ink = _colour(chance, (0, 60))
    line_px = chance.uniform(0.8, 3.2) * _OVERSAMPLING
    has_outlines = chance.random() < 0.8
    for _ in range(int(chance.integers(6, 26))):
        colour = _pick(chance, palette)
        middle = chance.uniform(0, 1, 2) * _CANVAS_PX
        outline = _blob(chance, middle, chance.uniform(0.03, 0.35) * _CANVAS_PX)
        pen.polygon(_listed(outline), fill=colour)
        if chance.random() < 0.6:
            _shade(chance, canvas, outline, colour)
        if has_outlines:
            closed = _listed(np.concatenate([outline, outline[:2]]))
            pen.line(closed, fill=ink, width=max(1, round(line_px)), joint="curve")
        if chance.random() < 0.35:
            _strands(chance, pen, ink if has_outlines else _shaded(colour, 0.7))
    for _ in range(int(chance.integers(0, 12))):
        _stroke(chance, pen, ink, line_px * chance.uniform(0.6, 2))
    return canvas


def _tone(chance: Chance) -> Image.Image:
    """Screen tone: dots on a turned grid, or hatching; white where ink goes."""
    period = chance.uniform(2.6, 9) * _OVERSAMPLING
    angle = chance.choice([0, np.pi / 4, np.pi / 6, chance.uniform(0, np.pi)])
    rows, columns = np.mgrid[0:_CANVAS_PX, 0:_CANVAS_PX] * (2 * np.pi / period)
    across = np.cos(columns * np.cos(angle) + rows * np.sin(angle))
    along = np.cos(rows * np.cos(angle) - columns * np.sin(angle))
    wave = across if chance.random() < 0.3 else (across + along) / 2
    limit = np.full((_CANVAS_PX, 1), chance.uniform(-0.2, 0.7))
    if chance.random() < 0.4:
        limit += np.linspace(-0.5, 0.5, _CANVAS_PX)[:, None]
    return Image.fromarray(np.where(wave > limit, 255, 0).astype(np.uint8))


def _draw_ink(chance: Chance) -> Image.Image:
    """Black on white with screen tone and lettering, as in printed comics."""
    canvas = Image.new("RGB", (_CANVAS_PX, _CANVAS_PX), _clipped(chance.uniform(235, 256, 3)))
    pen = ImageDraw.Draw(canvas)
    ink = _colour(chance, (0, 40))
    for _ in range(int(chance.integers(4, 12))):
        outline = _blob(chance, chance.uniform(0, 1, 2) * _CANVAS_PX, chance.uniform(60, 420))
        kind = chance.random()
        pen.polygon(_listed(outline), fill="white" if kind < 0.85 else ink)
        if kind < 0.5:
            inside = Image.new("L", canvas.size)
            ImageDraw.Draw(inside).polygon(_listed(outline), fill=255)
            grey = _clipped(np.full(3, chance.choice([0, 0, 90, 150])))
            canvas.paste(grey, (0, 0), ImageChops.multiply(inside, _tone(chance)))
        width = max(1, round(chance.uniform(0.8, 3) * _OVERSAMPLING))
        pen.line(_listed(np.concatenate([outline, outline[:2]])), fill=ink, width=width)
    for _ in range(int(chance.integers(3, 30))):
        _stroke(chance, pen, ink, chance.uniform(1, 7) * _OVERSAMPLING)
    for _ in range(int(chance.integers(0, 4))):
        _write(chance, pen, ink, (9, 24))
    return canvas


def _write(
    chance: Chance, pen: ImageDraw.ImageDraw, colour: Colour, size_px: tuple[float, float]
) -> None:
    """A few lines of words somewhere."""
    font = ImageFont.load_default(chance.uniform(*size_px) * _OVERSAMPLING)
    lines = [
        " ".join(chance.choice(_WORDS, int(chance.integers(1, 6))))
        for _ in range(int(chance.integers(1, 6)))
    ]
    place = chance.uniform(-0.05, 0.8, 2) * _CANVAS_PX
    pen.multiline_text((float(place[0]), float(place[1])), "\n".join(lines), colour, font)


def _draw_sign(chance: Chance) -> Image.Image:
    """Geometric shapes and large letters, as on signs, logos and posters."""
    palette = _palette(chance)
    canvas = _background(chance, palette)
    pen = ImageDraw.Draw(canvas)
    for _ in range(int(chance.integers(3, 16))):
        left, top = chance.uniform(-0.1, 0.9, 2) * _CANVAS_PX
        width, height = chance.uniform(0.03, 0.5, 2) * _CANVAS_PX
        box = (left, top, left + width, top + height)
        edge_px = round(chance.choice([0, 1, 2, 4, 8]) * _OVERSAMPLING)
        fill = _pick(chance, palette) if edge_px == 0 or chance.random() < 0.5 else None
        outline = _pick(chance, palette)
        kind = int(chance.integers(5))
        if kind == 0:
            pen.ellipse(box, fill, outline, edge_px)
        elif kind == 1:
            pen.rounded_rectangle(box, chance.uniform(0, 40), fill, outline, edge_px)
        elif kind == 2:
            circle = (left + width / 2, top + height / 2, max(width, height) / 2)
            sides, turn = int(chance.integers(3, 9)), chance.uniform(0, 360)
            pen.regular_polygon(circle, sides, turn, fill, outline, max(1, edge_px))
        elif kind == 3:
            start = chance.uniform(0, 360)
            pen.arc(box, start, start + chance.uniform(40, 320), outline, max(3, edge_px * 2))
        else:
            pen.line(_listed(chance.uniform(0, _CANVAS_PX, (2, 2))), outline, max(2, edge_px))
    for _ in range(int(chance.integers(1, 5))):
        _write(chance, pen, _pick(chance, palette), (10, 90))
    return canvas


def _draw_window(chance: Chance) -> Image.Image:
    """Text, lines of one pixel, buttons and tables, as programs show them; edges are not smooth."""
    is_dark = chance.random() < 0.4
    paper, ink = ((30, 34, 40), (222, 224, 228)) if is_dark else ((250, 250, 248), (32, 33, 36))
    accent = _colour(chance, (30, 230))
    canvas = Image.new("RGB", (SIDE_PX, SIDE_PX), paper)
    pen = ImageDraw.Draw(canvas)
    line = _shaded(ink, 0.6) if is_dark else (200, 202, 206)
    font = ImageFont.load_default(chance.uniform(9, 17))
    pitch_px = int(chance.integers(13, 30))
    pen.rectangle((0, 0, SIDE_PX, pitch_px + 4), fill=accent)
    for top in range(pitch_px + 10, SIDE_PX, pitch_px):
        left = int(chance.integers(4, 60))
        kind = chance.random()
        text = " ".join(chance.choice(_WORDS, int(chance.integers(1, 10))))
        if kind < 0.7:
            pen.text((left, top), text, accent if chance.random() < 0.15 else ink, font)
        elif kind < 0.85:
            right = left + int(chance.integers(40, 200))
            pen.rounded_rectangle((left, top, right, top + pitch_px - 4), 4, accent, line)
            pen.text((left + 8, top + 1), text[:14], paper, font)
        if chance.random() < 0.4:
            pen.line((0, top - 2, SIDE_PX, top - 2), fill=line)
    for column in chance.integers(0, SIDE_PX, int(chance.integers(0, 4))):
        pen.line((int(column), pitch_px + 4, int(column), SIDE_PX), fill=line)
    return canvas


_KINDS: tuple[tuple[float, Callable[[Chance], Image.Image]], ...] = (
    (0.5, _draw_figure),
    (0.2, _draw_ink),
    (0.2, _draw_sign),
    (0.1, _draw_window),
)


def draw(number: int) -> Bytes:
    """The drawing of that number, (384, 384, 3) RGB, the same on every run."""
    chance = np.random.default_rng([number, SIDE_PX])
    shares = [share for share, _ in _KINDS]
    canvas = _KINDS[int(chance.choice(len(_KINDS), p=shares))][1](chance)
    if canvas.width != SIDE_PX:
        if chance.random() < 0.2:
            canvas = canvas.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 2.5)))
        canvas = canvas.resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX)
    return np.asarray(canvas)
