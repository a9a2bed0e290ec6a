/** A point of the CIE 1931 chromaticity diagram. */
export interface Chromaticity {
  readonly x: number;
  readonly y: number;
}

/** Where a colour space's white and its three primaries are. */
export interface Primaries {
  readonly white: Chromaticity;
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
}

/** How stored values are converted to light: by sRGB's curve, or a power (1 is linear). */
export type ToneCurve = { readonly kind: 'srgb' } | { readonly kind: 'power'; readonly gamma: number };

/** An RGB or grey colour space without a profile: what a PNG's chunks or a video's code points describe. */
export interface ColourSpace {
  readonly primaries: Primaries;
  readonly curve: ToneCurve;
}

/** Three rows of three numbers. */
export type Matrix = readonly [number, number, number, number, number, number, number, number, number];

export const D65: Chromaticity = { x: 0.3127, y: 0.329 };

/** Rec. ITU-R BT.709, which sRGB shares. */
export const BT709: Primaries = {
  white: D65,
  red: { x: 0.64, y: 0.33 },
  green: { x: 0.3, y: 0.6 },
  blue: { x: 0.15, y: 0.06 },
};

/** The white of ICC's profile connection space, as XYZ (ICC.1:2022, 7.2.16). */
export const D50_XYZ = [0.9642, 1, 0.8249] as const;

const BRADFORD: Matrix = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];

type Vector = readonly [number, number, number];

export function multiply(a: Matrix, b: Matrix): Matrix {
  const cell = (row: number, column: number): number =>
    a[row * 3]! * b[column]! + a[row * 3 + 1]! * b[column + 3]! + a[row * 3 + 2]! * b[column + 6]!;
  return [
    cell(0, 0), cell(0, 1), cell(0, 2),
    cell(1, 0), cell(1, 1), cell(1, 2),
    cell(2, 0), cell(2, 1), cell(2, 2),
  ]; // prettier-ignore
}

export function transform(matrix: Matrix, [x, y, z]: Vector): Vector {
  return [
    matrix[0] * x + matrix[1] * y + matrix[2] * z,
    matrix[3] * x + matrix[4] * y + matrix[5] * z,
    matrix[6] * x + matrix[7] * y + matrix[8] * z,
  ];
}

/** @throws RangeError for a matrix without an inverse. */
export function inverse([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-9)
    throw new RangeError('The matrix has no inverse.');
  return [
    e * i - f * h, c * h - b * i, b * f - c * e,
    f * g - d * i, a * i - c * g, c * d - a * f,
    d * h - e * g, b * g - a * h, a * e - b * d,
  ].map((value) => value / determinant) as unknown as Matrix; // prettier-ignore
}

function toXyz({ x, y }: Chromaticity): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

/**
 * The matrix from linear RGB to XYZ, where white has Y = 1.
 *
 * @throws RangeError for primaries on one line.
 */
export function rgbToXyz({ white, red, green, blue }: Primaries): Matrix {
  const [r, g, b] = [toXyz(red), toXyz(green), toXyz(blue)];
  const columns: Matrix = [r[0], g[0], b[0], r[1], g[1], b[1], r[2], g[2], b[2]];
  const [sr, sg, sb] = transform(inverse(columns), toXyz(white));
  return multiply(columns, [sr, 0, 0, 0, sg, 0, 0, 0, sb]);
}

/** The Bradford adaptation from a white to that of the profile connection space. */
export function adaptationToD50(white: Chromaticity): Matrix {
  const [r, g, b] = transform(BRADFORD, toXyz(white));
  const [r50, g50, b50] = transform(BRADFORD, D50_XYZ);
  const scaled = multiply([r50 / r, 0, 0, 0, g50 / g, 0, 0, 0, b50 / b], BRADFORD);
  return multiply(inverse(BRADFORD), scaled);
}

/** The light of a value of sRGB, both 0…1 (IEC 61966-2-1). */
export function srgbLight(signal: number): number {
  return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
}

/** The value of sRGB for some light, both 0…1: the inverse of {@link srgbLight}. */
export function srgbSignal(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** Whether primaries can describe colours at all: in a damaged file they may be anywhere. */
export function arePossible({ white, red, green, blue }: Primaries): boolean {
  const points = [white, red, green, blue];
  if (points.some(({ x, y }) => !(x >= 0 && y > 0.001 && x + y <= 1.0001))) return false;
  const area = (green.x - red.x) * (blue.y - red.y) - (blue.x - red.x) * (green.y - red.y);
  return Math.abs(area) > 0.001;
}

/** Equal up to the rounding of files: sRGB as any program writes it. */
export function isSrgb({ primaries, curve }: ColourSpace): boolean {
  const near = (a: Chromaticity, b: Chromaticity): boolean =>
    Math.abs(a.x - b.x) < 0.002 && Math.abs(a.y - b.y) < 0.002;
  return (
    curve.kind === 'srgb' &&
    (['white', 'red', 'green', 'blue'] as const).every((name) => near(primaries[name], BT709[name]))
  );
}
