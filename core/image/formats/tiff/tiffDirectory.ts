import { readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import {
  FIELD_TYPE,
  fieldTypeBytes,
  findEntry,
  readEntryValue,
  readIfd,
  readTiffHeader,
} from '../../../metadata/exif/readIfd.ts';
import type { Ifd, TiffHeader } from '../../../metadata/exif/readIfd.ts';

/** The tags that describe pixels (TIFF 6.0 and its supplements; DNG 1.7 for the last two). */
export const TIFF_TAG = {
  newSubfileType: 254,
  subfileType: 255,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  yCbCrCoefficients: 529,
  chromaSubsampling: 530,
  referenceBlackWhite: 532,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  transferFunction: 301,
  predictor: 317,
  whitePoint: 318,
  primaryChromaticities: 319,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  subIfds: 330,
  inkSet: 332,
  dotRange: 336,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  icc: 34675,
  dngVersion: 50706,
} as const;

/** One image of a TIFF file. */
export interface TiffDirectory {
  readonly ifd: Ifd;
  readonly header: TiffHeader;
  readonly source: ByteSource;
  /** The numbers of a tag, in order, at most that number of them; undefined when the tag is missing or damaged. */
  readonly numbers: (tag: number, atMost?: number) => readonly number[] | undefined;
  /** The first number of a tag, or its default. */
  readonly number: (tag: number, missing: number) => number;
}

const MAX_NUMBERS = 16 * 1024 * 1024;
const MAX_DIRECTORIES = 10_000;
const MAX_SUB_DIRECTORIES = 64;
const SIGNED_TYPES = [6, 8, 9];
/** A flag of NewSubfileType (TIFF 6.0). */
const MASK = 4;
const INTEGER_TYPES = [1, 3, 4, 6, 7, 8, 9, 13, 16, 17, 18];

export function toDirectory(source: ByteSource, header: TiffHeader, ifd: Ifd): TiffDirectory {
  const numbers = (tag: number, atMost = Infinity): readonly number[] | undefined => {
    const entry = findEntry(ifd, tag);
    if (entry === undefined || !INTEGER_TYPES.includes(entry.type)) return undefined;
    if (entry.count < 1 || entry.count > MAX_NUMBERS) return undefined;
    const bytes = readEntryValue(source, entry);
    const sizeBytes = fieldTypeBytes(entry.type) ?? 1;
    const sign = SIGNED_TYPES.includes(entry.type) ? 2 ** (sizeBytes * 8) : 0;
    return Array.from({ length: Math.min(entry.count, atMost) }, (_, index) => {
      const value = readUint(bytes, { offset: index * sizeBytes, sizeBytes, order: header.order });
      return value >= sign / 2 ? value - sign : value;
    });
  };
  return { ifd, header, source, numbers, number: (tag, missing) => numbers(tag, 1)?.[0] ?? missing };
}

const MAX_RATIONALS = 16;

/** A directory's fractions of a tag, in order; empty when the tag is missing or of another type. */
export function rationals({ ifd, source, header }: TiffDirectory, tag: number): number[] {
  const entry = findEntry(ifd, tag);
  if (entry?.type !== FIELD_TYPE.rational) return [];
  const bytes = readEntryValue(source, entry);
  const part = (offset: number): number => readUint(bytes, { offset, sizeBytes: 4, order: header.order });
  return Array.from(
    { length: Math.min(entry.count, MAX_RATIONALS) },
    (_, index) => part(index * 8) / part(index * 8 + 4),
  );
}

/**
 * Whether further directories fit into the file. Those of a sound file do not overlap; a hostile one has thousands in
 * the same bytes, with thousands of entries each.
 */
function tableBudget({ sizeBytes }: ByteSource): (ifd: Ifd) => boolean {
  let bytesLeft = sizeBytes;
  return ({ offset, endOffset }) => (bytesLeft -= endOffset - offset) >= 0;
}

/** The file's directories, in the order of their chain, up to the first that cannot be read. */
export function readDirectories(source: ByteSource): {
  readonly directories: readonly TiffDirectory[];
  /** Whether the chain ends properly, and not at a place without a directory. */
  readonly isChainSound: boolean;
} {
  const header = readTiffHeader(source);
  const directories: TiffDirectory[] = [];
  if (header === undefined) return { directories, isChainSound: false };
  const seen = new Set<number>();
  const fits = tableBudget(source);
  let offset = header.firstIfdOffset;
  while (offset !== 0 && directories.length < MAX_DIRECTORIES) {
    const ifd = seen.has(offset) ? undefined : readIfd(source, header, offset);
    if (ifd === undefined || ifd.entries.length === 0 || !fits(ifd))
      return { directories, isChainSound: false };
    seen.add(offset);
    directories.push(toDirectory(source, header, ifd));
    offset = ifd.nextIfdOffset;
  }
  return { directories, isChainSound: true };
}

/** Directories, each with those below it, which cameras use for their raw data and its previews. */
export function withSubDirectories(directories: readonly TiffDirectory[]): TiffDirectory[] {
  const [first] = directories;
  const fits = first === undefined ? () => true : tableBudget(first.source);
  return directories.flatMap((one) => {
    const below = (one.numbers(TIFF_TAG.subIfds, MAX_SUB_DIRECTORIES) ?? [])
      .map((offset) => readIfd(one.source, one.header, offset))
      .filter((ifd) => ifd !== undefined)
      .filter(fits)
      .map((ifd) => toDirectory(one.source, one.header, ifd));
    return [one, ...below];
  });
}

/** Whether a directory contains the transparency of another image. */
export function isMask(directory: TiffDirectory): boolean {
  return (directory.number(TIFF_TAG.newSubfileType, 0) & MASK) !== 0;
}

/** Photometric interpretations of sensor data: colour filter array and linear raw (TIFF/EP, DNG). */
const SENSOR_PHOTOMETRICS = [32803, 34892];

/** The directories that contain a sensor's data, by which a camera's raw file is known whatever its name is. */
export function sensorDirectories(directories: readonly TiffDirectory[]): TiffDirectory[] {
  return withSubDirectories(directories).filter((one) =>
    SENSOR_PHOTOMETRICS.includes(one.number(TIFF_TAG.photometric, -1)),
  );
}
