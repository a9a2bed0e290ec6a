import { joinBytes, readUint, uintBytes, writeUint } from '../byteFields.ts';
import type { ByteOrder } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import type { Density, PixelAspect } from '../imageMetadata.ts';
import { TAG } from './exifTags.ts';
import type { ExifField } from './exifTree.ts';
import {
  FIELD_TYPE,
  findEntry,
  readEntryNumber,
  readEntryValue,
  readIfd,
  readTiffHeader,
} from './readIfd.ts';
import { minimalExif } from './rebuildExif.ts';
import { keepField, writeIfd } from './writeIfd.ts';

const UNIT_NONE = 1;
const UNIT_INCH = 2;
const UNIT_CM = 3;
const RATIONAL_SCALE = 10_000;

/** The two numbers of a TIFF structure's first directory, and their unit; NaN for what is missing. */
function readResolution(exif: Uint8Array | undefined): { x: number; y: number; unit: number } | undefined {
  const source = bytesSource(exif ?? new Uint8Array());
  const header = readTiffHeader(source);
  const ifd0 = header && readIfd(source, header, header.firstIfdOffset);
  if (header === undefined || ifd0 === undefined) {
    return undefined;
  }
  const rationalOf = (tag: number): number => {
    const entry = findEntry(ifd0, tag);
    const isRational = entry?.type === FIELD_TYPE.rational && entry.count === 1;
    const value = isRational ? readEntryValue(source, entry) : new Uint8Array();
    return (
      readUint(value, { offset: 0, sizeBytes: 4, order: header.order }) /
      readUint(value, { offset: 4, sizeBytes: 4, order: header.order })
    );
  };
  const unitEntry = findEntry(ifd0, TAG.resolutionUnit);
  const unit = (unitEntry && readEntryNumber(source, header, unitEntry)) ?? UNIT_INCH;
  return { x: rationalOf(TAG.xResolution), y: rationalOf(TAG.yResolution), unit };
}

/** The resolution in a TIFF structure's first directory; undefined without a plausible one. */
export function densityOfExif(exif: Uint8Array | undefined): Density | undefined {
  const { x, y, unit } = readResolution(exif) ?? { x: 0, y: 0, unit: UNIT_NONE };
  if ((unit !== UNIT_INCH && unit !== UNIT_CM) || !isPlausible(x) || !isPlausible(y)) {
    return undefined;
  }
  return { x, y, unit: unit === UNIT_CM ? 'cm' : 'inch' };
}

/** The pixel aspect ratio of a TIFF structure that contains resolutions without a unit; undefined if it is square. */
export function aspectOfExif(exif: Uint8Array): PixelAspect | undefined {
  const { x, y, unit } = readResolution(exif) ?? { x: 0, y: 0, unit: UNIT_INCH };
  if (unit !== UNIT_NONE || !isPlausible(x) || !isPlausible(y) || x === y) return undefined;
  const scale = Number.isInteger(x) && Number.isInteger(y) ? 1 : 1000;
  return { x: Math.max(1, Math.round(x * scale)), y: Math.max(1, Math.round(y * scale)) };
}

/** The three fields of a resolution (TIFF 6.0 section 8). */
export function densityFields(
  density: Density | (PixelAspect & { readonly unit: 'none' }),
  order: ByteOrder,
): ExifField[] {
  const rational = (value: number): Uint8Array => {
    const scale = Number.isInteger(value) ? 1 : RATIONAL_SCALE;
    return joinBytes([uintBytes(Math.round(value * scale), 4, order), uintBytes(scale, 4, order)]);
  };
  const unit = { none: UNIT_NONE, inch: UNIT_INCH, cm: UNIT_CM }[density.unit];
  return [
    { tag: TAG.xResolution, type: FIELD_TYPE.rational, count: 1, value: rational(density.x) },
    { tag: TAG.yResolution, type: FIELD_TYPE.rational, count: 1, value: rational(density.y) },
    { tag: TAG.resolutionUnit, type: FIELD_TYPE.short, count: 1, value: uintBytes(unit, 2, order) },
  ];
}

/**
 * EXIF that also contains the resolution, for containers that have no other place for it.
 *
 * A longer first directory is written behind everything else, see [Note: EXIF is patched in place].
 */
export function exifWithDensity(
  exif: Uint8Array | undefined,
  density: Density | undefined,
): Uint8Array | undefined {
  if (density === undefined || densityOfExif(exif) !== undefined) {
    return exif;
  }
  if (exif === undefined) {
    return minimalExif(densityFields(density, 'little'));
  }
  return withDensityFields(exif, density);
}

/** EXIF with its resolution replaced; see `exifWithDensity`. */
export function withDensityFields(exif: Uint8Array, density: Density): Uint8Array {
  const source = bytesSource(exif);
  const header = readTiffHeader(source);
  const ifd0 = header && readIfd(source, header, header.firstIfdOffset);
  if (header === undefined || ifd0 === undefined) {
    return exif;
  }
  const added = densityFields(density, header.order);
  const kept = ifd0.entries
    .filter((entry) => !added.some((field) => field.tag === entry.tag))
    .map((entry) => keepField(source, entry));
  const offset = exif.length + (exif.length % 2);
  const place = { order: header.order, isBig: false, offset, nextIfdOffset: ifd0.nextIfdOffset };
  const padding = new Uint8Array(offset - exif.length);
  const longer = joinBytes([exif, padding, writeIfd([...kept, ...added], place)]);
  writeUint(longer, offset, { offset: 4, sizeBytes: 4, order: header.order });
  return longer;
}

function isPlausible(pixelsPerUnit: number): boolean {
  return Number.isFinite(pixelsPerUnit) && pixelsPerUnit > 0 && pixelsPerUnit < 100_000;
}
