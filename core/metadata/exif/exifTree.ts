import { copyBytes } from '../byteFields.ts';
import type { ByteOrder } from '../byteFields.ts';
import type { ByteSource } from '../byteSource.ts';
import { MAX_PART_BYTES } from '../imageMetadata.ts';
import type { Warn } from '../imageMetadata.ts';
import { TAG } from './exifTags.ts';
import { findEntry, readEntryValue, readIfd, readSubIfd, readTiffHeader } from './readIfd.ts';
import type { Ifd } from './readIfd.ts';

/** One tag with its value as raw bytes in the byte order of its tree. */
export interface ExifField {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: Uint8Array;
}

/** The directories of an EXIF structure, without thumbnail; pointers between them are not among the fields. */
export interface ExifTree {
  readonly order: ByteOrder;
  readonly ifd0: readonly ExifField[];
  readonly exif: readonly ExifField[];
  readonly gps: readonly ExifField[];
  readonly interop: readonly ExifField[];
  /** Where the maker note was in the original structure: its own offsets are only valid there. */
  readonly makerNoteOffset?: number;
}

const SUB_IFDS_TAG = 0x014a;
const POINTER_TAGS: ReadonlySet<number> = new Set([TAG.exifIfd, TAG.gpsIfd, TAG.interopIfd, SUB_IFDS_TAG]);
const FIRST_BIGTIFF_TYPE = 16;
const LAST_BIGTIFF_TYPE = 18;

/**
 * Reads EXIF out of an EXIF structure or out of a TIFF file, which have the same form (Exif 3.0, 4.5).
 *
 * Only four directories are visited, each once, so that pointers in a circle do no harm.
 *
 * @param wanted Which tags of the first directory to read.
 * @param directoryAt Where that directory is; by default, where the header points.
 * @returns undefined when there is no TIFF header or no first directory.
 */
export function readExifTree(
  source: ByteSource,
  warn: Warn,
  wanted: (tag: number) => boolean = () => true,
  directoryAt?: number,
): ExifTree | undefined {
  const header = readTiffHeader(source);
  const ifd0 =
    header === undefined ? undefined : readIfd(source, header, directoryAt ?? header.firstIfdOffset);
  if (header === undefined || ifd0 === undefined) {
    return undefined;
  }
  const exif = readSubIfd(source, header, { ifd: ifd0, tag: TAG.exifIfd });
  const gps = readSubIfd(source, header, { ifd: ifd0, tag: TAG.gpsIfd });
  const interop = exif && readSubIfd(source, header, { ifd: exif, tag: TAG.interopIfd });
  const note = exif && findEntry(exif, TAG.makerNote);
  const reader = fieldReader(source, warn);
  return {
    ...(note === undefined ? {} : { makerNoteOffset: note.valueOffset }),
    order: header.order,
    ifd0: reader(ifd0, wanted),
    exif: reader(exif),
    gps: reader(gps),
    interop: reader(interop),
  };
}

/** The same field in the other byte order. */
function swapField(field: ExifField): ExifField {
  const unitBytes = swapUnitBytes(field.type);
  if (unitBytes === 1) {
    return field;
  }
  const value = copyBytes(field.value);
  for (let start = 0; start + unitBytes <= value.length; start += unitBytes) {
    value.subarray(start, start + unitBytes).reverse();
  }
  return { ...field, value };
}

/** The tree with every field in that byte order. Maker notes are opaque and stay as they are. */
export function treeInOrder(tree: ExifTree, order: ByteOrder): ExifTree {
  if (tree.order === order) {
    return tree;
  }
  return {
    ...tree,
    order,
    ifd0: tree.ifd0.map(swapField),
    exif: tree.exif.map(swapField),
    gps: tree.gps.map(swapField),
    interop: tree.interop.map(swapField),
  };
}

type FieldReader = (ifd: Ifd | undefined, wanted?: (tag: number) => boolean) => ExifField[];

function fieldReader(source: ByteSource, warn: Warn): FieldReader {
  // Many entries may point at the same bytes: without a limit a small hostile file would grow to gigabytes.
  let bytesLeft = MAX_PART_BYTES;
  return (ifd, wanted = () => true) => {
    const fields: ExifField[] = [];
    let droppedFields = ifd?.damagedTags.filter(wanted).length ?? 0;
    for (const entry of ifd?.entries ?? []) {
      const isBigType = entry.type >= FIRST_BIGTIFF_TYPE && entry.type <= LAST_BIGTIFF_TYPE;
      if (POINTER_TAGS.has(entry.tag) || !wanted(entry.tag)) {
        continue;
      }
      if (isBigType || entry.sizeBytes > bytesLeft) {
        droppedFields += 1;
        continue;
      }
      bytesLeft -= entry.sizeBytes;
      fields.push({
        tag: entry.tag,
        type: entry.type,
        count: entry.count,
        value: readEntryValue(source, entry),
      });
    }
    if (droppedFields > 0) {
      warn(`${droppedFields} damaged EXIF tag(s) were left out.`);
    }
    return fields;
  };
}

function swapUnitBytes(type: number): number {
  return { 3: 2, 8: 2, 4: 4, 5: 4, 9: 4, 10: 4, 11: 4, 13: 4, 12: 8 }[type] ?? 1;
}
