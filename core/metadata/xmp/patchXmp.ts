import { utf8Text } from '../byteFields.ts';

/** Values to put into an XMP packet, by the property's usual qualified name. */
export type XmpValues = Readonly<Record<string, string | number>>;

/** The values for an enlarged image's packet; only properties that already exist are changed. */
export function enlargedXmpValues(size: { width: number; height: number; isSrgbNow: boolean }): XmpValues {
  return {
    'tiff:Orientation': 1,
    'tiff:ImageWidth': size.width,
    'tiff:ImageLength': size.height,
    'exif:PixelXDimension': size.width,
    'exif:PixelYDimension': size.height,
    ...(size.isSrgbNow ? { 'exif:ColorSpace': 1 } : {}),
    // The film that a phone appends to such an image is not part of the enlarged one.
    'GCamera:MotionPhoto': 0,
    'Camera:MotionPhoto': 0,
    'GCamera:MicroVideo': 0,
  };
}

/**
 * Changes simple properties in place, as attributes or as elements (Adobe XMP part 1, 7.4 and 7.9.2.2).
 *
 * @returns A new packet; the same one when it is not UTF-8.
 */
export function patchXmp(xmp: Uint8Array, values: XmpValues): Uint8Array {
  let text = utf8Text(xmp);
  if (text === undefined) {
    return xmp;
  }
  for (const [name, value] of Object.entries(values)) {
    text = text
      .replace(new RegExp(`(\\s${name}\\s*=\\s*)(["'])[^"'<]*\\2`, 'g'), `$1$2${value}$2`)
      .replace(new RegExp(`(<${name}(?:\\s[^<>]*)?>)[^<]*(</${name}\\s*>)`, 'g'), `$1${value}$2`);
  }
  return new TextEncoder().encode(text);
}
