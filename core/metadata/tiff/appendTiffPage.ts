import { joinBytes, readUint, uintBytes } from '../byteFields.ts';
import type { ByteSource } from '../byteSource.ts';
import { fieldTypeBytes, ifdSizes, readEntryValue, readIfd, readTiffHeader } from '../exif/readIfd.ts';
import type { Ifd, IfdEntry, TiffHeader } from '../exif/readIfd.ts';
import type { ImageMetadata } from '../imageMetadata.ts';
import { pageFields } from './embedTiff.ts';
import { keepField, writeIfd } from '../exif/writeIfd.ts';
import type { IfdField } from '../exif/writeIfd.ts';

/** StripOffsets and TileOffsets: values that are places in the file. */
const OFFSET_TAGS = [273, 324];
const ICC_TAG = 34675;
const ALIGNMENT_BYTES = 8;
const MAX_CLASSIC_BYTES = 2 ** 32 - 1;

/** How a page is appended to a TIFF file. */
export interface AddedPage {
  /** Where the complete file of the page is copied to. */
  readonly copyAt: number;
  /** The page's directory, and its place. */
  readonly directory: Uint8Array;
  readonly directoryAt: number;
  /** The pointer of the last directory so far. */
  readonly pointer: Uint8Array;
  readonly pointerAt: number;
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

function lastDirectory(source: ByteSource, header: TiffHeader): Ifd | undefined {
  let last = readIfd(source, header, header.firstIfdOffset);
  while (last !== undefined && last.nextIfdOffset !== 0) last = readIfd(source, header, last.nextIfdOffset);
  return last;
}

/** A field of the page's file, with its places shifted by the bytes that now come before it. */
function movedField(page: ByteSource, header: TiffHeader, entry: IfdEntry, shiftBytes: number): IfdField {
  if (!OFFSET_TAGS.includes(entry.tag)) {
    const kept = keepField(page, entry);
    return 'keptOffset' in kept ? { ...kept, keptOffset: kept.keptOffset + shiftBytes } : kept;
  }
  const { order } = header;
  const sizeBytes = fieldTypeBytes(entry.type) ?? 4;
  const value = readEntryValue(page, entry);
  const moved = Array.from({ length: entry.count }, (_, index) =>
    uintBytes(
      readUint(value, { offset: index * sizeBytes, sizeBytes, order }) + shiftBytes,
      sizeBytes,
      order,
    ),
  );
  return { tag: entry.tag, type: entry.type, count: entry.count, value: joinBytes(moved) };
}

/**
 * Plans how to append a page to a TIFF file: the page's file is copied to the end unchanged, followed by a directory for its
 * new place, to which the previously last directory points.
 *
 * @param page A file of the same byte order and kind, with one image.
 * @param metadata The page's own.
 * @returns undefined when one of the files is not a TIFF of this kind, or the result would outgrow the 4 GB of a classic one.
 */
export function planTiffPage(
  output: ByteSource,
  page: ByteSource,
  metadata: ImageMetadata,
): AddedPage | undefined {
  const header = readTiffHeader(output);
  const pageHeader = readTiffHeader(page);
  if (header === undefined || pageHeader === undefined) return undefined;
  if (header.order !== pageHeader.order || header.isBig !== pageHeader.isBig) return undefined;
  const last = lastDirectory(output, header);
  const ifd = readIfd(page, pageHeader, pageHeader.firstIfdOffset);
  if (last === undefined || ifd === undefined) return undefined;
  const copyAt = aligned(output.sizeBytes);
  const directoryAt = aligned(copyAt + page.sizeBytes);
  const own = pageFields(metadata, header);
  const replaced = [ICC_TAG, ...own.map(({ tag }) => tag)];
  const fields = ifd.entries
    .filter(({ tag }) => !replaced.includes(tag))
    .map((entry) => movedField(page, pageHeader, entry, copyAt));
  const directory = writeIfd([...fields, ...own], { ...header, offset: directoryAt, nextIfdOffset: 0 });
  if (!header.isBig && directoryAt + directory.length > MAX_CLASSIC_BYTES) return undefined;
  const { offsetBytes } = ifdSizes(header.isBig);
  return {
    copyAt,
    directory,
    directoryAt,
    pointer: uintBytes(directoryAt, offsetBytes, header.order),
    pointerAt: last.nextPointerOffset,
  };
}
