import sharp from 'sharp';
import { expect, test } from 'vitest';
import { joinBytes, latin1Bytes, uintBytes } from '../../../core/metadata/byteFields.ts';
import type { ByteOrder } from '../../../core/metadata/byteFields.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { embedMetadata } from '../../../core/metadata/embedMetadata.ts';
import { readExifTree, treeInOrder } from '../../../core/metadata/exif/exifTree.ts';
import { findEntry, readIfd, readTiffHeader } from '../../../core/metadata/exif/readIfd.ts';
import type { TiffLayout } from '../../../core/metadata/exif/readIfd.ts';
import { writeIfd } from '../../../core/metadata/exif/writeIfd.ts';
import { readMetadata } from '../../../core/metadata/readMetadata.ts';
import { RICH_IPTC, richExif, richMetadata } from './richMetadata.ts';
import { embedInto, storedPixels } from './sampleImages.ts';

const EMPTY = { order: 'little', ifd0: [], exif: [], gps: [], interop: [] } as const;
const LAYOUTS = [
  { order: 'little', isBig: false },
  { order: 'big', isBig: false },
  { order: 'little', isBig: true },
  { order: 'big', isBig: true },
] as const;

/** A plain grey TIFF of 4 × 2 px with a second page, in any layout: our encoder writes only little-endian ones. */
function plainTiff({ order, isBig }: TiffLayout, software = 'old program'): Uint8Array {
  const headerBytes = isBig ? 16 : 8;
  const pixels = Uint8Array.of(0, 30, 60, 90, 120, 150, 180, 210);
  const short = (tag: number, value: number) => ({
    tag,
    type: 3,
    count: 1,
    value: uintBytes(value, 2, order),
  });
  const fields = [
    short(0x0100, 4),
    short(0x0101, 2),
    short(0x0102, 8),
    short(0x0103, 1),
    short(0x0106, 1),
    { tag: 0x0111, type: 4, count: 1, value: uintBytes(headerBytes, 4, order) },
    short(0x0115, 1),
    short(0x0116, 2),
    { tag: 0x0117, type: 4, count: 1, value: uintBytes(8, 4, order) },
    ...(software === '' ? [] : [{ tag: 0x0131, type: 2, count: 12, value: latin1Bytes(`${software}\0`) }]),
  ];
  const offset = headerBytes + pixels.length;
  const place = { order, isBig, offset, nextIfdOffset: 0 };
  const first = writeIfd(fields, place);
  const second = writeIfd(fields, { ...place, offset: offset + first.length });
  const header = isBig
    ? [latin1Bytes(order === 'little' ? 'II+\0\x08\0\0\0' : 'MM\0+\0\x08\0\0'), uintBytes(offset, 8, order)]
    : [latin1Bytes(order === 'little' ? 'II*\0' : 'MM\0*'), uintBytes(offset, 4, order)];
  return joinBytes([
    ...header,
    pixels,
    writeIfd(fields, { ...place, nextIfdOffset: offset + first.length }),
    second,
  ]);
}

test.each(LAYOUTS)('metadata goes into a $order-endian TIFF, BigTIFF: $isBig', async (layout) => {
  const encoded = plainTiff(layout);
  const metadata = await richMetadata(layout.order === 'little' ? 'big' : 'little');
  const { file } = embedInto('tiff', encoded, metadata);
  const { exif, ...others } = readMetadata('tiff', file).metadata;
  const { exif: original, ...originalOthers } = metadata;
  expect(others).toEqual(originalOthers);
  expect(await storedPixels(file)).toEqual(await storedPixels(encoded));
  expect(await sharp(file).metadata()).toMatchObject({ pages: 2, density: 300 });

  expect(fieldsOf(exif, layout.order)).toEqual(fieldsOf(original, layout.order));
});

/** The content of EXIF without the maker note, which changes with its place, and the orientation. */
function fieldsOf(exif: Uint8Array | undefined, order: ByteOrder): unknown {
  const tree = readExifTree(
    bytesSource(exif ?? new Uint8Array()),
    () => undefined,
    (tag) => tag !== 0x0112,
  );
  const { ifd0, exif: fields, gps, interop } = treeInOrder(tree ?? EMPTY, order);
  return { ifd0, exif: fields.filter((field) => field.tag !== 0x927c), gps, interop };
}

test.each(LAYOUTS)(
  'entries are sorted and nothing overlaps in a $order-endian TIFF, BigTIFF: $isBig',
  async (layout) => {
    const { file } = embedInto('tiff', plainTiff(layout), await richMetadata('little'));
    const source = bytesSource(file);
    const header = readTiffHeader(source);
    const ifd = header && readIfd(source, header, header.firstIfdOffset);
    const tags = ifd?.entries.map((entry) => entry.tag) ?? [];
    expect(tags).toEqual([...new Set(tags)].sort((one, other) => one - other));
    expect(ifd?.damagedTags).toEqual([]);
    expect(ifd && findEntry(ifd, 0x0131)?.count).toBe('Firmware 1.0\0'.length);
  },
);

test('a resolution alone does not create EXIF', () => {
  const density = { x: 118.5, y: 118.5, unit: 'cm' } as const;
  const { file } = embedInto('tiff', plainTiff({ order: 'big', isBig: false }, ''), { density });
  expect(readMetadata('tiff', file)).toEqual({ metadata: { density }, warnings: [] });
});

test('IPTC whose bytes were swapped as 32-bit numbers is read', () => {
  const padded = joinBytes([RICH_IPTC, new Uint8Array((4 - (RICH_IPTC.length % 4)) % 4)]);
  const { file } = embedInto('tiff', plainTiff({ order: 'little', isBig: false }), { iptc: RICH_IPTC });
  const position = Buffer.from(file).indexOf(Buffer.from(padded));
  for (let start = position; start < position + padded.length; start += 4) {
    file.subarray(start, start + 4).reverse();
  }
  expect(readMetadata('tiff', file).metadata.iptc).toEqual(RICH_IPTC);
});

test('an offset beyond 4 GB is refused in a classic TIFF and accepted in a BigTIFF', () => {
  const outcomes = [false, true].map((isBig) => {
    const small = plainTiff({ order: 'little', isBig });
    const huge = { sizeBytes: 5 * 2 ** 30, read: (start: number, end: number) => small.subarray(start, end) };
    const { segments, warnings } = embedMetadata('tiff', huge, { exif: richExif('little') });
    return {
      pieces: segments.length,
      warnings: warnings.filter((warning) => warning.includes('could not')).length,
    };
  });
  expect(outcomes).toEqual([
    { pieces: 1, warnings: 1 },
    { pieces: 4, warnings: 0 },
  ]);
});
