import type { Size } from '../../api/image.ts';

/** Orientations from here on swap width and height. */
const FIRST_SWAPPED = 5;
const LAST_ORIENTATION = 8;

/** A stored size as the image is shown, by its EXIF orientation. */
export function uprightSize({ width, height }: Size, orientation = 1): Size {
  const isSwapped = orientation >= FIRST_SWAPPED && orientation <= LAST_ORIENTATION;
  return isSwapped ? { width: height, height: width } : { width, height };
}
