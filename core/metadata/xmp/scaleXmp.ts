import { utf8Text } from '../byteFields.ts';

/** How many times as wide and as high the result is. */
export interface XmpScale {
  readonly x: number;
  readonly y: number;
}

/** Pixel figures of a panorama (Google, Photo Sphere XMP) and of the image that regions refer to (MWG 2.0, 5.9). */
const FIGURES: Readonly<Record<string, keyof XmpScale>> = {
  'GPano:CroppedAreaImageWidthPixels': 'x',
  'GPano:CroppedAreaImageHeightPixels': 'y',
  'GPano:FullPanoWidthPixels': 'x',
  'GPano:FullPanoHeightPixels': 'y',
  'GPano:CroppedAreaLeftPixels': 'x',
  'GPano:CroppedAreaTopPixels': 'y',
  'stDim:w': 'x',
  'stDim:h': 'y',
};

/**
 * Scales figures in pixels where they stand, as attributes or as elements.
 *
 * @returns A new packet; the same one when it has none of them, or is not UTF-8.
 */
export function scaleXmp(xmp: Uint8Array, scale: XmpScale): Uint8Array {
  const text = utf8Text(xmp);
  if (text === undefined) {
    return xmp;
  }
  let scaled = text;
  for (const [name, axis] of Object.entries(FIGURES)) {
    const attribute = new RegExp(`(\\s${name}\\s*=\\s*["'])(\\d+(?:\\.\\d+)?)(?=["'])`, 'g');
    const element = new RegExp(`(<${name}>\\s*)(\\d+(?:\\.\\d+)?)(?=\\s*</${name}>)`, 'g');
    const replaced = (_: string, before: string, value: string): string =>
      `${before}${Math.round(Number(value) * scale[axis])}`;
    scaled = scaled.replace(attribute, replaced).replace(element, replaced);
  }
  return scaled === text ? xmp : new TextEncoder().encode(scaled);
}
