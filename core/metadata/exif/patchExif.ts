import type { Size } from '../../api/image.ts';
import {
  copyBytes,
  joinBytes,
  latin1Bytes,
  latin1Text,
  readUint,
  writeUint,
  type UintPlace,
} from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import { isOnItsSide } from './exifOrientation.ts';
import { INTEROP_INDEX_TAG, TAG } from './exifTags.ts';
import {
  FIELD_TYPE,
  findEntry,
  ifdSizes,
  readEntryNumber,
  readEntryValue,
  readIfd,
  readSubIfd,
  readTiffHeader,
} from './readIfd.ts';
import type { Ifd, IfdEntry, TiffHeader } from './readIfd.ts';
import { scaleDescription } from './scaleDescription.ts';
import { scaleSubject } from './scaleSubject.ts';

/** What differs between the enlarged image and the original. */
export interface NewPixels extends Size {
  /** Whether pixels were converted to sRGB, so that EXIF must no longer contain Adobe RGB or "uncalibrated". */
  readonly isSrgbNow: boolean;
  /** The original's size, upright: positions in pixels are scaled by it. */
  readonly from?: Size;
}

interface ExifIfds {
  readonly header: TiffHeader;
  readonly ifd0: Ifd;
  readonly exif: Ifd | undefined;
  readonly gps: Ifd | undefined;
  readonly interop: Ifd | undefined;
}

const UPRIGHT = 1;
const SRGB = 1;
const MAX_PADDING_BYTES = 16;

/**
 * EXIF for the enlarged image: upright, with the new size, without thumbnail.
 *
 * [Note: EXIF is patched in place] Maker notes contain offsets that count from the TIFF header, in a layout that only their
 * maker knows. So every value stays where it is; only a thumbnail at the very end is cut off.
 *
 * @returns A patched copy, or undefined when the structure is damaged.
 */
export function patchExif(original: Uint8Array, pixels: NewPixels): Uint8Array | undefined {
  const exif = copyBytes(original);
  const parsed = readExifIfds(exif);
  if (parsed === undefined) {
    return undefined;
  }
  const description = newDescription(exif, parsed, pixels);
  patchNumbers(exif, parsed, pixels);
  const patched = withoutThumbnail(exif, parsed);
  return description === undefined ? patched : withDescription(patched, parsed, description);
}

function newDescription(
  exif: Uint8Array,
  { header, ifd0 }: ExifIfds,
  { from, width, height }: NewPixels,
): string | undefined {
  const entry = findEntry(ifd0, TAG.imageDescription);
  if (from === undefined || entry?.type !== FIELD_TYPE.ascii) return undefined;
  const source = bytesSource(exif);
  const turned = findEntry(ifd0, TAG.orientation);
  const isTurned = isOnItsSide(turned && readEntryNumber(source, header, turned));
  const stored = isTurned ? { width: from.height, height: from.width } : from;
  return scaleDescription(latin1Text(readEntryValue(source, entry)), { from: stored, to: { width, height } });
}

/** A longer description does not fit into the old one's place: it goes to the end. */
function withDescription(exif: Uint8Array, { header, ifd0 }: ExifIfds, text: string): Uint8Array {
  const entry = findEntry(ifd0, TAG.imageDescription);
  if (entry === undefined) return exif;
  const value = latin1Bytes(text);
  const offset = exif.length + (exif.length & 1);
  const made = joinBytes([exif, new Uint8Array(offset - exif.length), value]);
  writeUint(made, value.length, { offset: entry.entryOffset + 4, sizeBytes: 4, order: header.order });
  writeUint(made, offset, { offset: entry.entryOffset + 8, sizeBytes: 4, order: header.order });
  return made;
}

/** EXIF without the directory of its thumbnail, and without the thumbnail if that is the last thing in it. */
export function cutThumbnail(original: Uint8Array): Uint8Array | undefined {
  const exif = copyBytes(original);
  const parsed = readExifIfds(exif);
  return parsed && withoutThumbnail(exif, parsed);
}

function readExifIfds(exif: Uint8Array): ExifIfds | undefined {
  const source = bytesSource(exif);
  const header = readTiffHeader(source);
  const ifd0 = header === undefined ? undefined : readIfd(source, header, header.firstIfdOffset);
  if (header === undefined || header.isBig || ifd0 === undefined) {
    return undefined;
  }
  const exifIfd = readSubIfd(source, header, { ifd: ifd0, tag: TAG.exifIfd });
  return {
    header,
    ifd0,
    exif: exifIfd,
    gps: readSubIfd(source, header, { ifd: ifd0, tag: TAG.gpsIfd }),
    interop: exifIfd && readSubIfd(source, header, { ifd: exifIfd, tag: TAG.interopIfd }),
  };
}

function patchNumbers(exif: Uint8Array, ifds: ExifIfds, pixels: NewPixels): void {
  const set = (ifd: Ifd | undefined, tag: number, value: number): void => {
    const entry = ifd && findEntry(ifd, tag);
    if (entry !== undefined) {
      setNumber(exif, ifds.header, { entry, value });
    }
  };
  scalePlaces(exif, ifds, pixels);
  turnResolution(exif, ifds);
  set(ifds.ifd0, TAG.orientation, UPRIGHT);
  set(ifds.ifd0, TAG.imageWidth, pixels.width);
  set(ifds.ifd0, TAG.imageLength, pixels.height);
  set(ifds.exif, TAG.pixelXDimension, pixels.width);
  set(ifds.exif, TAG.pixelYDimension, pixels.height);
  if (pixels.isSrgbNow) {
    set(ifds.exif, TAG.colorSpace, SRGB);
    const index = ifds.interop && findEntry(ifds.interop, INTEROP_INDEX_TAG);
    if (index?.isInline === true && index.sizeBytes === 4) {
      exif.set(latin1Bytes('R98\0'), index.valueOffset);
    }
  }
}

/** The horizontal and vertical resolutions are swapped if turning an image upright swaps its sides. */
function turnResolution(exif: Uint8Array, { header, ifd0 }: ExifIfds): void {
  const turned = findEntry(ifd0, TAG.orientation);
  if (turned === undefined || !isOnItsSide(readEntryNumber(bytesSource(exif), header, turned))) return;
  const [x, y] = [TAG.xResolution, TAG.yResolution].map((tag) => findEntry(ifd0, tag));
  if (!isOneRational(x) || !isOneRational(y)) return;
  const across = exif.slice(x.valueOffset, x.valueOffset + x.sizeBytes);
  exif.copyWithin(x.valueOffset, y.valueOffset, y.valueOffset + y.sizeBytes);
  exif.set(across, y.valueOffset);
}

function isOneRational(entry: IfdEntry | undefined): entry is IfdEntry {
  return entry?.type === FIELD_TYPE.rational && entry.count === 1;
}

/** Scales where the subject is, and turns it with the image. */
function scalePlaces(exif: Uint8Array, { header, ifd0, exif: ifd }: ExifIfds, pixels: NewPixels): void {
  const { from, width, height } = pixels;
  const source = bytesSource(exif);
  const turned = findEntry(ifd0, TAG.orientation);
  const orientation = (turned && readEntryNumber(source, header, turned)) ?? UPRIGHT;
  for (const tag of [TAG.subjectArea, TAG.subjectLocation]) {
    const entry = ifd && findEntry(ifd, tag);
    if (from === undefined || entry?.type !== FIELD_TYPE.short) continue;
    const place = (index: number): UintPlace => ({
      offset: entry.valueOffset + index * 2,
      sizeBytes: 2,
      order: header.order,
    });
    const values = Array.from({ length: entry.count }, (_, index) => readUint(exif, place(index)));
    const scaled = scaleSubject(values, { from, to: { width, height }, orientation }) ?? [];
    // EXIF has 16 bits for them; a position beyond that is clamped.
    for (const [index, value] of scaled.entries()) writeUint(exif, Math.min(value, 0xffff), place(index));
  }
}

function setNumber(
  exif: Uint8Array,
  { order }: TiffHeader,
  { entry, value }: { readonly entry: IfdEntry; readonly value: number },
): void {
  const isShort = entry.type === FIELD_TYPE.short;
  if (entry.count !== 1 || !(isShort || entry.type === FIELD_TYPE.long)) {
    return;
  }
  // A single value fills all four bytes of its slot as LONG, so that a wider number still fits in place.
  if (isShort && value > 0xffff) {
    writeUint(exif, FIELD_TYPE.long, { offset: entry.entryOffset + 2, sizeBytes: 2, order });
    writeUint(exif, value, { offset: entry.valueOffset, sizeBytes: 4, order });
    return;
  }
  writeUint(exif, value, { offset: entry.valueOffset, sizeBytes: entry.sizeBytes, order });
}

function withoutThumbnail(exif: Uint8Array, ifds: ExifIfds): Uint8Array {
  const { header, ifd0 } = ifds;
  const thumbnailStart = thumbnailStartAtEnd(exif, header, ifd0.nextIfdOffset);
  const pointer = {
    offset: ifd0.nextPointerOffset,
    sizeBytes: ifdSizes(false).offsetBytes,
    order: header.order,
  };
  if (pointer.offset + pointer.sizeBytes <= exif.length) {
    writeUint(exif, 0, pointer);
  }
  const isFree = thumbnailStart !== undefined && thumbnailStart >= usedBytes(ifds);
  return isFree ? exif.subarray(0, thumbnailStart) : exif;
}

/** Where the thumbnail's bytes start, if nothing but padding follows them. */
function thumbnailStartAtEnd(exif: Uint8Array, header: TiffHeader, ifd1Offset: number): number | undefined {
  const source = bytesSource(exif);
  const ifd1 = ifd1Offset === 0 ? undefined : readIfd(source, header, ifd1Offset);
  if (ifd1 === undefined) {
    return undefined;
  }
  const numberOf = (tag: number): number | undefined => {
    const entry = findEntry(ifd1, tag);
    return entry && readEntryNumber(source, header, entry);
  };
  const start = numberOf(TAG.thumbnailOffset) ?? numberOf(TAG.stripOffsets);
  const sizeBytes = numberOf(TAG.thumbnailBytes) ?? numberOf(TAG.stripByteCounts);
  if (start === undefined || sizeBytes === undefined || start + sizeBytes > exif.length) {
    return undefined;
  }
  return start + sizeBytes + MAX_PADDING_BYTES >= exif.length ? start : undefined;
}

function usedBytes(ifds: ExifIfds): number {
  const used = [ifds.ifd0, ifds.exif, ifds.gps, ifds.interop].filter((ifd) => ifd !== undefined);
  return Math.max(
    ...used.map((ifd) => ifd.endOffset),
    ...used.flatMap((ifd) => ifd.entries.map((entry) => entry.valueOffset + entry.sizeBytes)),
  );
}

/** Whether an EXIF structure is readable. */
export function isReadableExif(exif: Uint8Array): boolean {
  return readExifIfds(exif) !== undefined;
}
