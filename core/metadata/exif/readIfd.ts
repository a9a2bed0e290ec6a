import { hasText, readUint } from '../byteFields.ts';
import type { ByteOrder } from '../byteFields.ts';
import type { ByteSource } from '../byteSource.ts';

/** How numbers and directories are stored: TIFF 6.0 has 32-bit offsets, BigTIFF has 64-bit ones. */
export interface TiffLayout {
  readonly order: ByteOrder;
  readonly isBig: boolean;
}

export interface TiffHeader extends TiffLayout {
  readonly firstIfdOffset: number;
}

/** One directory entry whose value is completely within the file. */
export interface IfdEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly sizeBytes: number;
  /** Where the entry itself starts in the file. */
  readonly entryOffset: number;
  /** Where the value starts in the file; inside the entry when it fits there. */
  readonly valueOffset: number;
  readonly isInline: boolean;
}

/** An image file directory. */
export interface Ifd {
  readonly offset: number;
  /** The first byte after the directory's table. */
  readonly endOffset: number;
  readonly entries: readonly IfdEntry[];
  /** Tags that were skipped because their type is unknown or their value is outside the file. */
  readonly damagedTags: readonly number[];
  readonly nextPointerOffset: number;
  readonly nextIfdOffset: number;
}

/** TIFF's own types by number (TIFF 6.0 section 2; BigTIFF 16 to 18; Exif 3.0 129 = UTF-8). */
export const FIELD_TYPE = {
  byte: 1,
  ascii: 2,
  short: 3,
  long: 4,
  rational: 5,
  undefined: 7,
  ifd8: 18,
} as const;

const MAX_ENTRIES = 4096;

/** Bytes of one value of a type; undefined for an unknown type. */
export function fieldTypeBytes(type: number): number | undefined {
  return {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
    129: 1,
  }[type];
}

/** Sizes of a directory's parts in bytes: its count, one entry, one entry's value or offset. */
export function ifdSizes(isBig: boolean): { countBytes: number; entryBytes: number; offsetBytes: number } {
  return isBig
    ? { countBytes: 8, entryBytes: 20, offsetBytes: 8 }
    : { countBytes: 2, entryBytes: 12, offsetBytes: 4 };
}

/** The header of a TIFF structure, or undefined when it is not one. */
export function readTiffHeader(source: ByteSource): TiffHeader | undefined {
  const bytes = source.read(0, 16);
  if (hasText(bytes, 'II*\0') || hasText(bytes, 'MM\0*')) {
    const order = bytes[0] === 0x49 ? 'little' : 'big';
    return { order, isBig: false, firstIfdOffset: readUint(bytes, { offset: 4, sizeBytes: 4, order }) };
  }
  if (hasText(bytes, 'II+\0\x08\0\0\0') || hasText(bytes, 'MM\0+\0\x08\0\0')) {
    const order = bytes[0] === 0x49 ? 'little' : 'big';
    return { order, isBig: true, firstIfdOffset: readUint(bytes, { offset: 8, sizeBytes: 8, order }) };
  }
  return undefined;
}

/** The directory at `offset`, or undefined when its table is not completely within the file. */
export function readIfd(source: ByteSource, layout: TiffLayout, offset: number): Ifd | undefined {
  const { countBytes, entryBytes, offsetBytes } = ifdSizes(layout.isBig);
  if (offset < 8 || offset + countBytes > source.sizeBytes) {
    return undefined;
  }
  const entryCount = readUint(source.read(offset, offset + countBytes), {
    offset: 0,
    sizeBytes: countBytes,
    order: layout.order,
  });
  const nextPointerOffset = offset + countBytes + entryCount * entryBytes;
  if (entryCount > MAX_ENTRIES || nextPointerOffset > source.sizeBytes) {
    return undefined;
  }
  const table = source.read(offset + countBytes, nextPointerOffset + offsetBytes);
  const entries: IfdEntry[] = [];
  const damagedTags: number[] = [];
  for (let index = 0; index < entryCount; index += 1) {
    const tableOffset = index * entryBytes;
    const entry = readEntry(table.subarray(tableOffset, tableOffset + entryBytes), layout, {
      entryOffset: offset + countBytes + tableOffset,
      fileBytes: source.sizeBytes,
    });
    if (entry === undefined) {
      damagedTags.push(readUint(table, { offset: tableOffset, sizeBytes: 2, order: layout.order }));
    } else {
      entries.push(entry);
    }
  }
  return {
    offset,
    endOffset: Math.min(source.sizeBytes, nextPointerOffset + offsetBytes),
    entries,
    damagedTags,
    nextPointerOffset,
    nextIfdOffset: readUint(table, {
      offset: entryCount * entryBytes,
      sizeBytes: offsetBytes,
      order: layout.order,
    }),
  };
}

/** The raw bytes of an entry's value, in the file's byte order. */
export function readEntryValue(source: ByteSource, entry: IfdEntry): Uint8Array {
  return source.read(entry.valueOffset, entry.valueOffset + entry.sizeBytes);
}

/** The value of an entry that contains one unsigned integer, or undefined. */
export function readEntryNumber(source: ByteSource, layout: TiffLayout, entry: IfdEntry): number | undefined {
  const isInteger = [1, 3, 4, 13, 16, 18].includes(entry.type);
  return isInteger && entry.count === 1
    ? readUint(readEntryValue(source, entry), { offset: 0, sizeBytes: entry.sizeBytes, order: layout.order })
    : undefined;
}

/** The first entry with that tag. */
export function findEntry(ifd: Ifd, tag: number): IfdEntry | undefined {
  return ifd.entries.find((entry) => entry.tag === tag);
}

/** The directory that an entry of another one points to. */
export function readSubIfd(
  source: ByteSource,
  layout: TiffLayout,
  place: { ifd: Ifd; tag: number },
): Ifd | undefined {
  const pointer = findEntry(place.ifd, place.tag);
  const offset = pointer === undefined ? undefined : readEntryNumber(source, layout, pointer);
  return offset === undefined ? undefined : readIfd(source, layout, offset);
}

function readEntry(
  bytes: Uint8Array,
  layout: TiffLayout,
  place: { readonly entryOffset: number; readonly fileBytes: number },
): IfdEntry | undefined {
  const { offsetBytes } = ifdSizes(layout.isBig);
  const type = readUint(bytes, { offset: 2, sizeBytes: 2, order: layout.order });
  const count = readUint(bytes, { offset: 4, sizeBytes: offsetBytes, order: layout.order });
  const typeBytes = fieldTypeBytes(type);
  if (typeBytes === undefined) {
    return undefined;
  }
  const sizeBytes = typeBytes * count;
  const isInline = sizeBytes <= offsetBytes;
  const valueOffset = isInline
    ? place.entryOffset + 4 + offsetBytes
    : readUint(bytes, { offset: 4 + offsetBytes, sizeBytes: offsetBytes, order: layout.order });
  if (valueOffset + sizeBytes > place.fileBytes) {
    return undefined;
  }
  const tag = readUint(bytes, { offset: 0, sizeBytes: 2, order: layout.order });
  return { tag, type, count, sizeBytes, entryOffset: place.entryOffset, valueOffset, isInline };
}
