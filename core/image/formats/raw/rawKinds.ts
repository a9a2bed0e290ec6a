import { readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { findEntry } from '../../../metadata/exif/readIfd.ts';
import { asTiff, isTiffLike } from '../../../metadata/raw/readRaw.ts';
import {
  readDirectories,
  sensorDirectories,
  withSubDirectories,
  TIFF_TAG,
  type TiffDirectory,
} from '../tiff/tiffDirectory.ts';
import { headText } from '../formatDecoder.ts';

/** How a camera's raw file is built. */
export type RawKind = 'tiff' | 'fuji' | 'canon-boxes';

/** All directories of a TIFF-like file, with those below them. */
function rawDirectories(source: ByteSource): TiffDirectory[] {
  return withSubDirectories(readDirectories(asTiff(source)).directories);
}

/** A range of a file's bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where a TIFF-like file keeps its sensor data: a JPEG in there is not a preview, whatever its kind. */
export function sensorRanges(source: ByteSource): ByteRange[] {
  const { directories } = readDirectories(asTiff(source));
  return sensorDirectories(directories).flatMap(({ numbers }) => {
    const starts = numbers(TIFF_TAG.stripOffsets) ?? numbers(TIFF_TAG.tileOffsets) ?? [];
    const sizes = numbers(TIFF_TAG.stripByteCounts) ?? numbers(TIFF_TAG.tileByteCounts) ?? [];
    return starts.map((start, index) => ({ start, end: start + (sizes[index] ?? 0) }));
  });
}

/** Recognises a raw file by its content: many are TIFFs, some even by name. */
export function rawKind(source: ByteSource): RawKind | undefined {
  const head = headText(source, 0, 16);
  if (head.startsWith('FUJIFILMCCD-RAW')) return 'fuji';
  if (head.slice(4, 12) === 'ftypcrx ') return 'canon-boxes';
  if (isTiffLike(source)) return 'tiff';
  if (!/^(II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(head)) return undefined;
  if (head.slice(8, 10) === 'CR') return 'tiff';
  const { directories } = readDirectories(source);
  const isDng = directories.some(({ ifd }) => findEntry(ifd, TIFF_TAG.dngVersion) !== undefined);
  return isDng || sensorDirectories(directories).length > 0 ? 'tiff' : undefined;
}

const PANASONIC = { sensorWidth: 2, sensorHeight: 3 } as const;

function pixelsOfTiff(source: ByteSource): number {
  const isPanasonic = headText(source, 0, 3) === 'IIU';
  const [width, height] = isPanasonic
    ? [PANASONIC.sensorWidth, PANASONIC.sensorHeight]
    : [TIFF_TAG.width, TIFF_TAG.height];
  return Math.max(0, ...rawDirectories(source).map((one) => one.number(width, 0) * one.number(height, 0)));
}

/** RAF: a list of records behind the header; 0x100 is height and width of the sensor. */
function pixelsOfFuji(source: ByteSource): number {
  const big = (bytes: Uint8Array, offset: number, sizeBytes: number): number =>
    readUint(bytes, { offset, sizeBytes, order: 'big' });
  const start = big(source.read(0x5c, 0x60), 0, 4);
  const records = source.read(start, start + 4096);
  let offset = 4;
  for (let count = big(records, 0, 4); count > 0 && offset + 8 <= records.length; count--) {
    if (big(records, offset, 2) === 0x100) return big(records, offset + 4, 2) * big(records, offset + 6, 2);
    offset += 4 + big(records, offset + 2, 2);
  }
  return 0;
}

/** CR3: the largest of the sample entries that describe its tracks (ISO/IEC 14496-12, 12.1.3). */
function pixelsOfCanonBoxes(source: ByteSource): number {
  const head = Buffer.from(source.read(0, 1024 * 1024));
  let largest = 0;
  for (let at = head.indexOf('CRAW'); at >= 0; at = head.indexOf('CRAW', at + 4))
    if (at + 32 <= head.length)
      largest = Math.max(largest, head.readUInt16BE(at + 28) * head.readUInt16BE(at + 30));
  return largest;
}

/** How many pixels the sensor has according to the file; 0 if it does not contain the number. */
export function sensorPixels(source: ByteSource, kind: RawKind): number {
  switch (kind) {
    case 'tiff':
      return pixelsOfTiff(source);
    case 'fuji':
      return pixelsOfFuji(source);
    case 'canon-boxes':
      return pixelsOfCanonBoxes(source);
  }
}
