import { writeUint } from '../byteFields.ts';
import type { ExifField } from './exifTree.ts';
import type { ByteSource } from '../byteSource.ts';
import { ifdSizes, readEntryValue } from './readIfd.ts';
import type { IfdEntry, TiffLayout } from './readIfd.ts';

/** A tag whose value is already in the file at that offset and stays there. */
export interface KeptField {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly keptOffset: number;
}

export type IfdField = ExifField | KeptField;

/** Where a directory goes: `offset` counts from the TIFF header and is even. */
export interface IfdPlace extends TiffLayout {
  readonly offset: number;
  readonly nextIfdOffset: number;
}

/** An entry of a directory as a field of a new one in the same file: a value outside the table stays put. */
export function keepField(source: ByteSource, entry: IfdEntry): IfdField {
  const { tag, type, count } = entry;
  return entry.isInline
    ? { tag, type, count, value: readEntryValue(source, entry) }
    : { tag, type, count, keptOffset: entry.valueOffset };
}

/** The bytes of a directory: its table, sorted by tag as TIFF 6.0 demands, then the values that do not fit into it. */
export function writeIfd(fields: readonly IfdField[], place: IfdPlace): Uint8Array {
  const { countBytes, entryBytes, offsetBytes } = ifdSizes(place.isBig);
  const bytes = new Uint8Array(ifdSizeBytes(fields, place.isBig));
  const { order } = place;
  const sorted = [...fields].sort((one, other) => one.tag - other.tag);
  writeUint(bytes, sorted.length, { offset: 0, sizeBytes: countBytes, order });
  let valueOffset = countBytes + sorted.length * entryBytes + offsetBytes;
  for (const [index, field] of sorted.entries()) {
    const entry = bytes.subarray(countBytes + index * entryBytes);
    const slot = { offset: 4 + offsetBytes, sizeBytes: offsetBytes, order };
    writeUint(entry, field.tag, { offset: 0, sizeBytes: 2, order });
    writeUint(entry, field.type, { offset: 2, sizeBytes: 2, order });
    writeUint(entry, field.count, { offset: 4, sizeBytes: offsetBytes, order });
    if ('keptOffset' in field) {
      writeUint(entry, field.keptOffset, slot);
    } else if (field.value.length <= offsetBytes) {
      entry.set(field.value, slot.offset);
    } else {
      writeUint(entry, place.offset + valueOffset, slot);
      bytes.set(field.value, valueOffset);
      valueOffset += outOfLineBytes(field, offsetBytes);
    }
  }
  const nextPointer = countBytes + sorted.length * entryBytes;
  writeUint(bytes, place.nextIfdOffset, { offset: nextPointer, sizeBytes: offsetBytes, order });
  return bytes;
}

/** Where `writeIfd` will put the value of a tag that does not fit into the table; undefined when it does fit. */
export function writtenValueOffset(
  fields: readonly IfdField[],
  tag: number,
  { isBig, offset }: IfdPlace,
): number | undefined {
  const { offsetBytes } = ifdSizes(isBig);
  const field = fields.find((one) => one.tag === tag);
  if (field === undefined || outOfLineBytes(field, offsetBytes) === 0) {
    return undefined;
  }
  const behind = fields.filter((one) => one.tag >= tag);
  const behindBytes = behind.reduce((total, one) => total + outOfLineBytes(one, offsetBytes), 0);
  return offset + ifdSizeBytes(fields, isBig) - behindBytes;
}

/** How many bytes `writeIfd` will need; always even, so that what follows stays aligned. */
export function ifdSizeBytes(fields: readonly IfdField[], isBig: boolean): number {
  const { countBytes, entryBytes, offsetBytes } = ifdSizes(isBig);
  const tableBytes = countBytes + fields.length * entryBytes + offsetBytes;
  return fields.reduce((total, field) => total + outOfLineBytes(field, offsetBytes), tableBytes);
}

function outOfLineBytes(field: IfdField, offsetBytes: number): number {
  if ('keptOffset' in field || field.value.length <= offsetBytes) {
    return 0;
  }
  return field.value.length + (field.value.length % 2);
}
