import { bytesSource } from '../byteSource.ts';
import { bareExif } from './bareExif.ts';
import { TAG } from './exifTags.ts';
import { findEntry, readEntryNumber, readIfd, readTiffHeader } from './readIfd.ts';

/** The orientation in an EXIF block, 1…8; undefined if it does not contain one. */
export function exifOrientation(exif: Uint8Array): number | undefined {
  const source = bytesSource(bareExif(exif));
  const header = readTiffHeader(source);
  const ifd = header && readIfd(source, header, header.firstIfdOffset);
  const entry = ifd && findEntry(ifd, TAG.orientation);
  return header && entry && readEntryNumber(source, header, entry);
}
