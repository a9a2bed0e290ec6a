import type { Size } from '../../api/image.ts';
import { isOnItsSide } from '../../metadata/exif/exifOrientation.ts';

/** The size at which a stored image is shown, by its EXIF orientation. */
export function uprightSize({ width, height }: Size, orientation = 1): Size {
  return isOnItsSide(orientation) ? { width: height, height: width } : { width, height };
}
