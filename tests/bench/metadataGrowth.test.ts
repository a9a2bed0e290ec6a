import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { InputFormat } from '../../core/api/imageFormats.ts';
import { heifExtras } from '../../core/image/formats/heic/heifExtras.ts';
import { findJpegs } from '../../core/image/formats/raw/findJpegs.ts';
import { readDirectories, sensorDirectories } from '../../core/image/formats/tiff/tiffDirectory.ts';
import { pagesOf } from '../../core/image/formats/tiff/tiffPages.ts';
import { joinBytes, latin1Bytes, uintBytes } from '../../core/metadata/byteFields.ts';
import { bytesSource } from '../../core/metadata/byteSource.ts';
import { boxBytes, fullBoxBytes } from '../../core/metadata/heif/boxes.ts';
import {
  metadataItem,
  writeAssociations,
  writeItemInfos,
  writeItemReferences,
  type ItemInfo,
} from '../../core/metadata/heif/itemTables.ts';
import { JPEG_MARKER, jpegSegment } from '../../core/metadata/jpeg/jpegSegments.ts';
import { pngChunk, PNG_SIGNATURE } from '../../core/metadata/png/pngChunks.ts';
import { prepareMetadata } from '../../core/metadata/prepareMetadata.ts';
import { readMetadata } from '../../core/metadata/readMetadata.ts';
import { overlappingTiff } from '../support/overlappingTiff.ts';

/**
 * The work for metadata grows with its size, not with the square of it:
 * `npx vitest run --mode bench tests/bench/metadataGrowth.test.ts`. It prints the processor time for each kind at two sizes.
 */

const FACTOR = 4;
/** Linear work takes 4 times as long, quadratic work 16 times. */
const MAX_RATIO = 9;
/** Below this, a figure is the noise of the clock and of the compiler. */
const MIN_MS = 15;
const ROUNDS = 3;

const SIZES = { width: 100, height: 100, from: { width: 50, height: 50 } };

interface Kind {
  readonly name: string;
  readonly sizeBytes: number;
  readonly make: (sizeBytes: number) => Uint8Array;
  readonly read: (bytes: Uint8Array) => unknown;
}

function repeated(text: string, sizeBytes: number): string {
  return text.repeat(Math.ceil(sizeBytes / text.length));
}

function number(value: number, sizeBytes: number): Uint8Array {
  return uintBytes(value, sizeBytes, 'little');
}

function prepared(metadata: Parameters<typeof prepareMetadata>[0]): void {
  for (const policy of ['all', 'safe'] as const)
    prepareMetadata(metadata, { policy, keepIcc: true, ...SIZES });
}

function asFile(format: InputFormat) {
  return (bytes: Uint8Array): void => prepared(readMetadata(format, bytes).metadata);
}

/** Entries of a directory that share one value, which is half of the whole. */
function exif(tag: (index: number) => number, type: number, typeBytes: number) {
  return (sizeBytes: number): Uint8Array => {
    const count = Math.min(4096, Math.floor(sizeBytes / 24));
    const start = 8 + 2 + count * 12 + 4;
    const value = new Uint8Array(sizeBytes - start).fill(65);
    const entry = (_: unknown, index: number): Uint8Array =>
      joinBytes([
        number(tag(index), 2),
        number(type, 2),
        number(value.length / typeBytes, 4),
        number(start, 4),
      ]);
    const entries = Array.from({ length: count }, entry);
    return joinBytes([
      latin1Bytes('II*\0'),
      number(8, 4),
      number(count, 2),
      ...entries,
      new Uint8Array(4),
      value,
    ]);
  };
}

function exifKind(name: string, make: Kind['make']): Kind {
  return { name: `EXIF: ${name}`, sizeBytes: 25_000, make, read: (bytes) => prepared({ exif: bytes }) };
}

function xmpKind(name: string, text: (sizeBytes: number) => string): Kind {
  const make = (sizeBytes: number): Uint8Array => latin1Bytes(text(sizeBytes));
  return { name: `XMP: ${name}`, sizeBytes: 60_000, make, read: (bytes) => prepared({ xmp: bytes }) };
}

const CONTAINER = 'http://ns.google.com/photos/1.0/container/';
const CLAIMS = `<x xmlns:c="${CONTAINER}">`;

/** An image, not hidden. */
function imageItem(itemId: number): ItemInfo {
  const tail = [uintBytes(itemId, 2, 'big'), new Uint8Array(2), latin1Bytes('hvc1\0')];
  const bytes = fullBoxBytes('infe', { version: 2, flags: 0 }, ...tail);
  return { itemId, type: 'hvc1', contentType: '', bytes };
}

/** A table of contents in which half of the items describe another, and the others belong to the primary image. */
function heif(sizeBytes: number): Uint8Array {
  const ids = Array.from({ length: Math.ceil(sizeBytes / 40) }, (_, index) => index + 2);
  const items = ids.map((id) => (id % 2 === 0 ? metadataItem(id, 'exif') : imageItem(id)));
  const references = ids.map((id) =>
    id % 2 === 0
      ? { type: 'cdsc', fromItemId: id, toItemIds: [2] }
      : { type: id % 4 === 1 ? 'auxl' : 'thmb', fromItemId: id, toItemIds: [1] },
  );
  const associations = ids.map((itemId) => ({ itemId, properties: [] }));
  const full = { version: 0, flags: 0 };
  return joinBytes([
    boxBytes('ftyp', latin1Bytes('heic')),
    fullBoxBytes(
      'meta',
      full,
      fullBoxBytes('pitm', full, uintBytes(1, 2, 'big')),
      writeItemInfos(items),
      fullBoxBytes('iloc', { version: 1, flags: 0 }, new Uint8Array(4)),
      writeItemReferences(references),
      boxBytes('iprp', writeAssociations(associations)),
    ),
  ]);
}

const KINDS: readonly Kind[] = [
  exifKind(
    'unknown tags',
    exif((index) => 0x9000 + index, 7, 1),
  ),
  exifKind(
    'texts',
    exif((index) => [0x10e, 0x10f, 0x13b][index % 3] ?? 0, 2, 1),
  ),
  exifKind(
    'fractions',
    exif((index) => 0x829a + (index % 8), 5, 8),
  ),
  exifKind(
    'subject areas',
    exif(() => 0x9214, 3, 2),
  ),
  xmpKind('regions that never end', (size) => repeated('<mwg-rs:Area>', size)),
  xmpKind('regions without content', (size) => repeated('<mwg-rs:Area stArea:x="0.5"/>', size)),
  xmpKind('claims that never end', (size) => CLAIMS + repeated('<c:Directory>', size)),
  xmpKind(
    'claims of many names',
    (size) => CLAIMS + Array.from({ length: size / 10 }, (_, index) => `<c:D${index}>`).join(''),
  ),
  xmpKind('many prefixes', (size) =>
    Array.from({ length: size / 60 }, (_, index) => `<x xmlns:c${index}="${CONTAINER}">`).join(''),
  ),
  xmpKind('attributes that never end', (size) => CLAIMS + repeated(' c:Item=', size)),
  xmpKind('white space', (size) => ` c:Item${' '.repeat(size)}`),
  xmpKind('figures', (size) => repeated('<GPano:FullPanoWidthPixels>', size)),
  xmpKind('subjects', (size) => repeated('<exif:SubjectArea><rdf:li>', size)),
  {
    name: 'JPEG: resources of Photoshop',
    sizeBytes: 300_000,
    make: (size) =>
      joinBytes([
        Uint8Array.of(0xff, 0xd8),
        ...Array.from({ length: size / 60_000 }, () =>
          jpegSegment(
            JPEG_MARKER.app13,
            'Photoshop 3.0\0',
            latin1Bytes(repeated('8BIM\x07\xd0\0\0\0\0\0\0', 60_000)),
          ),
        ),
        Uint8Array.of(0xff, 0xda, 0, 2),
      ]),
    read: asFile('jpeg'),
  },
  {
    name: 'PNG: texts',
    sizeBytes: 300_000,
    make: (size) =>
      joinBytes([
        latin1Bytes(PNG_SIGNATURE),
        ...Array.from({ length: size / 20 }, () => pngChunk('tEXt', latin1Bytes('a\0b'))),
      ]),
    read: asFile('png'),
  },
  { name: 'HEIF: items', sizeBytes: 250_000, make: heif, read: asFile('heic') },
  {
    name: 'HEIF: further images',
    sizeBytes: 250_000,
    make: heif,
    read: (bytes) => heifExtras(bytesSource(bytes)),
  },
  {
    name: 'JPEG XL: compressed boxes',
    sizeBytes: 2000,
    make: (size) => {
      const packed = boxBytes('brob', latin1Bytes('Exif'), brotliCompressSync(new Uint8Array(2 ** 25)));
      return joinBytes(Array.from({ length: size / packed.length }, () => packed));
    },
    read: asFile('jxl'),
  },
  {
    name: 'TIFF: directories that overlap',
    sizeBytes: 24_000,
    make: overlappingTiff,
    read: (bytes) => {
      const { directories } = readDirectories(bytesSource(bytes));
      return [pagesOf(directories), sensorDirectories(directories)];
    },
  },
  {
    name: 'raw: JPEGs that never end',
    sizeBytes: 100_000,
    make: (size) => latin1Bytes(repeated('\xff\xd8\xff\xc0\0\x0b\x08\0\x08\0\x08\x01\0\0\0\xff\xda\0', size)),
    read: (bytes) => findJpegs(Buffer.from(bytes)),
  },
];

function cpuMs(read: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    read();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

test.each(KINDS)(
  'the work for $name does not grow with the square of the size',
  ({ sizeBytes, make, read }) => {
    const [small, large] = [sizeBytes, sizeBytes * FACTOR].map((size) => {
      const bytes = make(size);
      return { bytes: bytes.length, ms: cpuMs(() => read(bytes)) };
    });
    process.stderr.write(`${JSON.stringify([small, large])}\n`);
    expect((large?.ms ?? 0) / Math.max(MIN_MS, small?.ms ?? 0)).toBeLessThan(MAX_RATIO);
  },
);
