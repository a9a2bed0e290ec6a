import { joinBytes, latin1Text, uintBytes } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { findEntry, readEntryValue } from '../../../metadata/exif/readIfd.ts';
import { TIFF_TAG, toDirectory, type TiffDirectory } from './tiffDirectory.ts';

/** Microscopes' programs put large stacks into one directory: the planes follow one another, and only the text counts them. */
const DESCRIPTION = 270;
const MAX_DESCRIPTION_BYTES = 64 * 1024;
const MAX_PLANES = 10_000;
const NO_COMPRESSION = 1;
const LONG = 4;
const LONG8 = 16;

function description({ ifd, source }: TiffDirectory): string {
  const entry = findEntry(ifd, DESCRIPTION);
  return entry === undefined || entry.sizeBytes > MAX_DESCRIPTION_BYTES
    ? ''
    : latin1Text(readEntryValue(source, entry));
}

/** The shape that tifffile describes in JSON, over the samples of one plane. */
function shapedPlanes(text: string, { number }: TiffDirectory): number {
  const [, shape] = /^\{.*"shape":\s*\[([\d,\s]+)\]/.exec(text) ?? [];
  const samples = (shape ?? '').split(',').reduce((product, side) => product * Number(side), 1);
  const ofPlane =
    number(TIFF_TAG.width, 1) * number(TIFF_TAG.height, 1) * number(TIFF_TAG.samplesPerPixel, 1);
  return samples / ofPlane;
}

/** How many planes a stack has by its description; 1 for all other files. */
function describedPlanes(directory: TiffDirectory): number {
  const text = description(directory);
  const count = text.startsWith('ImageJ=')
    ? Number(/^images=(\d+)$/m.exec(text)?.[1] ?? 1)
    : shapedPlanes(text, directory);
  return Number.isInteger(count) && count > 1 ? Math.min(count, MAX_PLANES) : 1;
}

/** Where the pixels of one plane are, and how many bytes they have; undefined unless they are in one piece. */
function placeOf({ number, numbers }: TiffDirectory): { start: number; sizeBytes: number } | undefined {
  const offsets = numbers(TIFF_TAG.stripOffsets) ?? [];
  const sizes = numbers(TIFF_TAG.stripByteCounts) ?? [];
  const [start] = offsets;
  if (start === undefined || sizes.length !== offsets.length) return undefined;
  if (number(TIFF_TAG.compression, NO_COMPRESSION) !== NO_COMPRESSION) return undefined;
  const areAdjacent = offsets.every(
    (offset, index) => index === 0 || offset === offsets[index - 1]! + sizes[index - 1]!,
  );
  return areAdjacent ? { start, sizeBytes: sizes.reduce((total, size) => total + size, 0) } : undefined;
}

/** A file with more bytes behind its end. */
function extended(source: ByteSource, extra: Uint8Array): ByteSource {
  const { sizeBytes } = source;
  return {
    sizeBytes: sizeBytes + extra.length,
    read: (start, end) =>
      start < sizeBytes ? source.read(start, end) : extra.subarray(start - sizeBytes, end - sizeBytes),
  };
}

/** The directory of a plane: the same, with strips that begin further on. */
function shifted(directory: TiffDirectory, byBytes: number): TiffDirectory {
  const { header, source, ifd, numbers } = directory;
  const offsets = (numbers(TIFF_TAG.stripOffsets) ?? []).map((offset) => offset + byBytes);
  const [type, offsetBytes] = header.isBig ? [LONG8, 8] : [LONG, 4];
  const value = joinBytes(offsets.map((offset) => uintBytes(offset, offsetBytes, header.order)));
  const place = { type, count: offsets.length, sizeBytes: value.length };
  const entries = ifd.entries.map((entry) =>
    entry.tag === TIFF_TAG.stripOffsets
      ? { ...entry, ...place, valueOffset: source.sizeBytes, isInline: false }
      : entry,
  );
  return toDirectory(extended(source, value), header, { ...ifd, entries });
}

/** The planes of a stack that has only one directory, as pages; the directory itself for all other files. */
export function planesOf(directory: TiffDirectory): TiffDirectory[] {
  const count = describedPlanes(directory);
  const place = count > 1 ? placeOf(directory) : undefined;
  if (place === undefined || place.sizeBytes === 0) return [directory];
  const complete = Math.floor((directory.source.sizeBytes - place.start) / place.sizeBytes);
  const further = Array.from({ length: Math.max(0, Math.min(count, complete) - 1) }, (_, index) =>
    shifted(directory, (index + 1) * place.sizeBytes),
  );
  return [directory, ...further];
}

/** A sentence on planes that a stack's description counts but the file does not contain. */
export function stackNote(pages: readonly TiffDirectory[]): string[] {
  const [first] = pages;
  const count = first === undefined ? 1 : describedPlanes(first);
  if (count <= pages.length) return [];
  const found = pages.length === 1 ? 'one was' : `${pages.length} were`;
  return [`The TIFF's description counts ${count} images, of which ${found} found in the file.`];
}
