import { hasText, joinBytes, latin1Bytes, uintBytes, writeUint } from '../byteFields.ts';
import { TAG } from './exifTags.ts';
import type { ExifField, ExifTree } from './exifTree.ts';
import type { ByteSource } from '../byteSource.ts';
import { FIELD_TYPE, ifdSizes, readEntryValue } from './readIfd.ts';
import type { IfdEntry, TiffLayout } from './readIfd.ts';

/** A tag whose value already lies in the file at that offset and stays there. */
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

const EXIF_HEADER_BYTES = 8;

/** An entry of a directory as a field of a new one in the same file: a value outside of the table stays put. */
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

/**
 * A first directory with its Exif, GPS and interoperability directories behind it.
 *
 * @param tree In the byte order of `place`.
 * @param keptFields Further fields of the first directory.
 */
export function writeExifTree(
  tree: ExifTree,
  place: IfdPlace,
  keptFields: readonly IfdField[] = [],
): Uint8Array {
  const { isBig } = place;
  const hasExif = tree.exif.length > 0 || tree.interop.length > 0;
  const hasGps = tree.gps.length > 0;
  const ifd0With = (exifOffset: number, gpsOffset: number): IfdField[] => [
    ...tree.ifd0,
    ...keptFields,
    ...(hasExif ? [pointerField(TAG.exifIfd, exifOffset, place)] : []),
    ...(hasGps ? [pointerField(TAG.gpsIfd, gpsOffset, place)] : []),
  ];
  const exifWith = (interopOffset: number): IfdField[] => [
    ...tree.exif,
    ...(tree.interop.length > 0 ? [pointerField(TAG.interopIfd, interopOffset, place)] : []),
  ];
  const exifOffset = place.offset + ifdSizeBytes(ifd0With(0, 0), isBig);
  const interopOffset = exifOffset + (hasExif ? ifdSizeBytes(exifWith(0), isBig) : 0);
  const gpsOffset = interopOffset + (tree.interop.length > 0 ? ifdSizeBytes(tree.interop, isBig) : 0);
  const subPlace = { order: place.order, isBig, nextIfdOffset: 0 };
  return joinBytes([
    writeIfd(ifd0With(exifOffset, gpsOffset), place),
    ...(hasExif ? [writeIfd(exifWith(interopOffset), { ...subPlace, offset: exifOffset })] : []),
    ...(tree.interop.length > 0 ? [writeIfd(tree.interop, { ...subPlace, offset: interopOffset })] : []),
    ...(hasGps ? [writeIfd(tree.gps, { ...subPlace, offset: gpsOffset })] : []),
  ]);
}

/** A new EXIF structure, without thumbnail, in the tree's byte order. */
export function buildExif(tree: ExifTree): Uint8Array {
  const { order } = tree;
  const place = { order, isBig: false, offset: EXIF_HEADER_BYTES, nextIfdOffset: 0 };
  const header = [
    latin1Bytes(order === 'little' ? 'II*\0' : 'MM\0*'),
    uintBytes(EXIF_HEADER_BYTES, 4, order),
  ];
  return joinBytes([...header, writeExifTree(tree, place)]);
}

/** Whether bytes start like an EXIF structure. */
export function hasExifHeader(bytes: Uint8Array): boolean {
  return hasText(bytes, 'II*\0') || hasText(bytes, 'MM\0*');
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

function pointerField(tag: number, offset: number, layout: TiffLayout): ExifField {
  return layout.isBig
    ? { tag, type: FIELD_TYPE.ifd8, count: 1, value: uintBytes(offset, 8, layout.order) }
    : { tag, type: FIELD_TYPE.long, count: 1, value: uintBytes(offset, 4, layout.order) };
}
