import type { Size } from '../../api/image.ts';
import { bytesSource } from '../../metadata/byteSource.ts';
import { bareExif } from '../../metadata/exif/bareExif.ts';
import { TAG } from '../../metadata/exif/exifTags.ts';
import { findEntry, readEntryNumber, readIfd, readTiffHeader } from '../../metadata/exif/readIfd.ts';

/** Orientations from here on swap width and height. */
const FIRST_SWAPPED = 5;
const LAST_ORIENTATION = 8;

/** A stored size as the image is shown, by its EXIF orientation. */
export function uprightSize({ width, height }: Size, orientation = 1): Size {
  const isSwapped = orientation >= FIRST_SWAPPED && orientation <= LAST_ORIENTATION;
  return isSwapped ? { width: height, height: width } : { width, height };
}

/** The orientation in an EXIF block, 1…8; undefined if it does not contain one. */
export function exifOrientation(exif: Uint8Array): number | undefined {
  const source = bytesSource(bareExif(exif));
  const header = readTiffHeader(source);
  const ifd = header && readIfd(source, header, header.firstIfdOffset);
  const entry = ifd && findEntry(ifd, TAG.orientation);
  return header && entry && readEntryNumber(source, header, entry);
}
