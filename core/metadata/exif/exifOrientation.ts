import { bytesSource } from '../byteSource.ts';
import { bareExif } from './bareExif.ts';
import { TAG } from './exifTags.ts';
import { findEntry, readEntryNumber, readIfd, readTiffHeader } from './readIfd.ts';

/** Orientations from here on swap width and height. */
const FIRST_SWAPPED = 5;
const LAST = 8;

/** Whether an image with this orientation is shown with its sides swapped. */
export function isOnItsSide(orientation: number | undefined): boolean {
  return orientation !== undefined && orientation >= FIRST_SWAPPED && orientation <= LAST;
}

/** A pair of values across and down, for the image as it is shown. */
export function turnedPair<T extends { readonly x: number; readonly y: number }>(
  pair: T,
  orientation: number | undefined,
): T {
  return isOnItsSide(orientation) ? { ...pair, x: pair.y, y: pair.x } : pair;
}

/** The orientation in an EXIF block, 1…8; undefined if it does not contain one. */
export function exifOrientation(exif: Uint8Array): number | undefined {
  const source = bytesSource(bareExif(exif));
  const header = readTiffHeader(source);
  const ifd = header && readIfd(source, header, header.firstIfdOffset);
  const entry = ifd && findEntry(ifd, TAG.orientation);
  return header && entry && readEntryNumber(source, header, entry);
}
