import { readUint } from '../../metadata/byteFields.ts';
import {
  adaptationToD50,
  BT709,
  inverse,
  multiply,
  rgbToXyz,
  srgbLight,
  transform,
  type Matrix,
} from './colourSpace.ts';
import { isLikeSrgb, profileCurve, type ToneFunction } from './profileCurve.ts';
import { profileTag } from './profileTags.ts';
import { profileSpace } from '../profileFits.ts';

/** A colour behind transparent areas; each channel 0…255. */
export interface Backdrop {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

const RGB_CURVES = ['rTRC', 'gTRC', 'bTRC'] as const;
const RGB_POINTS = ['rXYZ', 'gXYZ', 'bXYZ'] as const;

/** Enough halvings for 16 bits. */
const HALVINGS = 20;

/** The colour of `#rrggbb`. */
function parsed(background: string): Backdrop {
  const number = Number.parseInt(background.slice(1), 16);
  return { r: number >> 16, g: (number >> 8) & 255, b: number & 255 };
}

export function isGreyColour(background: string): boolean {
  const { r, g, b } = parsed(background);
  return r === g && g === b;
}

/** The columns of a profile's matrix, from linear RGB to the connection space; undefined without one. */
function matrixOf(icc: Uint8Array): Matrix | undefined {
  const columns = RGB_POINTS.map((name) => profileTag(icc, name));
  if (columns.some((tag) => tag === undefined || tag.length < 20)) return undefined;
  const cell = (row: number, column: number): number =>
    (readUint(columns[column]!, { offset: 8 + row * 4, sizeBytes: 4, order: 'big' }) | 0) / 65536;
  return [
    cell(0, 0), cell(0, 1), cell(0, 2),
    cell(1, 0), cell(1, 1), cell(1, 2),
    cell(2, 0), cell(2, 1), cell(2, 2),
  ]; // prettier-ignore
}

/**
 * Whether an image has to be converted to sRGB before its transparent areas are filled. Viewers blend in sRGB; if the
 * curve of a profile is very different, a blend of its values would look different.
 */
export function isBlendedInSrgb(icc: Uint8Array, background: string): boolean {
  if (profileSpace(icc) === 'GRAY')
    return !isGreyColour(background) || !isLikeSrgb(profileCurve(icc, 'kTRC'));
  const hasTables = profileTag(icc, 'A2B0') !== undefined || matrixOf(icc) === undefined;
  return hasTables || !RGB_CURVES.every((name) => isLikeSrgb(profileCurve(icc, name)));
}

/** The value that a rising curve maps to a light. */
function valueOf(light: number, curve: ToneFunction): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (curve(middle) < light) low = middle;
    else high = middle;
  }
  return Math.round(((low + high) / 2) * 255);
}

/**
 * A background colour of sRGB in the values of an image with a profile.
 *
 * @param icc Of the image; undefined for sRGB. Its colours are not to be blended in sRGB (see `isBlendedInSrgb`).
 * @param background `#rrggbb`.
 */
export function backdropIn(icc: Uint8Array | undefined, background: string): Backdrop {
  const colour = parsed(background);
  if (icc === undefined) return colour;
  const light = [srgbLight(colour.r / 255), srgbLight(colour.g / 255), srgbLight(colour.b / 255)] as const;
  const grey = profileCurve(icc, 'kTRC');
  if (profileSpace(icc) === 'GRAY' && grey !== undefined) {
    const value = valueOf(light[1], grey);
    return { r: value, g: value, b: value };
  }
  const matrix = matrixOf(icc);
  const curves = RGB_CURVES.map((name) => profileCurve(icc, name)).filter((curve) => curve !== undefined);
  if (matrix === undefined || curves.length < 3) return colour;
  const connection = transform(multiply(adaptationToD50(BT709.white), rgbToXyz(BT709)), light);
  const own = transform(inverse(matrix), connection);
  const [r = 0, g = 0, b = 0] = own.map((value, channel) => valueOf(value, curves[channel]!));
  return { r, g, b };
}
