import sharp from 'sharp';
import { expect, test } from 'vitest';
import { joinBytes, latin1Bytes, uintBytes } from '../../../core/metadata/byteFields.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { assembleSegments, embedMetadata } from '../../../core/metadata/embedMetadata.ts';
import { densityFields, densityOfExif } from '../../../core/metadata/exif/exifDensity.ts';
import { minimalExif } from '../../../core/metadata/exif/rebuildExif.ts';
import { boxBytes, fullBoxBytes } from '../../../core/metadata/heif/boxes.ts';
import { writeAssociations } from '../../../core/metadata/heif/itemTables.ts';
import type { ImageMetadata } from '../../../core/metadata/imageMetadata.ts';
import { prepareMetadata } from '../../../core/metadata/prepareMetadata.ts';
import { readMetadata } from '../../../core/metadata/readMetadata.ts';

const OPTIONS = { policy: 'all', width: 8, height: 4, keepIcc: true } as const;
const PLAIN = { version: 0, flags: 0 };

function exifOf(orientation: number, density?: Parameters<typeof densityFields>[0]): Uint8Array {
  const turned = { tag: 274, type: 3, count: 1, value: Uint8Array.of(orientation, 0) };
  return minimalExif([turned, ...(density ? densityFields(density, 'little') : [])]);
}

async function fileWith(format: 'jpeg' | 'png' | 'tiff', metadata: ImageMetadata): Promise<Uint8Array> {
  const pixels = sharp(new Uint8Array(4 * 2 * 3), { raw: { width: 4, height: 2, channels: 3 } });
  const source = bytesSource(await pixels.toFormat(format).toBuffer());
  return assembleSegments(source, embedMetadata(format, source, metadata).segments);
}

test.each([
  [1, { x: 2, y: 1 }],
  [3, { x: 2, y: 1 }],
  [6, { x: 1, y: 2 }],
])('the shape of pixels is that of the upright image: orientation %i', async (orientation, aspect) => {
  for (const format of ['jpeg', 'png'] as const) {
    const file = await fileWith(format, { exif: exifOf(orientation), aspect: { x: 2, y: 1 } });
    expect(readMetadata(format, file).metadata.aspect).toEqual(aspect);
  }
});

test('horizontal and vertical resolution are swapped in an image that is turned upright', async () => {
  const density = { x: 204, y: 98, unit: 'inch' } as const;
  const file = await fileWith('png', { exif: exifOf(8), density });
  expect(readMetadata('png', file).metadata.density).toEqual({ x: 98, y: 204, unit: 'inch' });
  const { exif } = prepareMetadata({ exif: exifOf(5, density) }, OPTIONS).metadata;
  expect(densityOfExif(exif)).toEqual({ x: 98, y: 204, unit: 'inch' });
});

/** A HEIF without pixels, whose main image has these properties. */
function heifWith(...properties: readonly Uint8Array[]): Uint8Array {
  const own = properties.map((_, index) => ({ index: index + 1, isEssential: false }));
  return joinBytes([
    boxBytes('ftyp', latin1Bytes('heic')),
    fullBoxBytes(
      'meta',
      PLAIN,
      fullBoxBytes('pitm', PLAIN, uintBytes(1, 2, 'big')),
      fullBoxBytes('iinf', PLAIN, uintBytes(0, 2, 'big')),
      boxBytes('iprp', boxBytes('ipco', ...properties), writeAssociations([{ itemId: 1, properties: own }])),
      fullBoxBytes('iloc', PLAIN, Uint8Array.of(0x44, 0, 0, 0)),
    ),
  ]);
}

test.each([
  [0, { x: 1, y: 2 }],
  [1, { x: 2, y: 1 }],
  [2, { x: 1, y: 2 }],
  [3, { x: 2, y: 1 }],
])('a HEIF with pixels twice as wide as high, turned by %i quarters', (quarters, aspect) => {
  const shape = boxBytes('pasp', uintBytes(2, 4, 'big'), uintBytes(1, 4, 'big'));
  const file = heifWith(shape, boxBytes('irot', Uint8Array.of(quarters)));
  expect(readMetadata('heic', file).metadata.aspect).toEqual(aspect);
});

test('a TIFF without a unit of resolution still gives the shape of its pixels', async () => {
  const file = await fileWith('tiff', { aspect: { x: 2, y: 1 } });
  expect(readMetadata('tiff', file).metadata.aspect).toEqual({ x: 2, y: 1 });
});

test('a GIF gives the shape of its pixels in its header', async () => {
  const file = await sharp(new Uint8Array(12), { raw: { width: 2, height: 2, channels: 3 } })
    .gif()
    .toBuffer();
  expect(readMetadata('gif', file).metadata.aspect).toBeUndefined();
  file[12] = 113; // (113 + 15) / 64: twice as wide as high
  expect(readMetadata('gif', file).metadata.aspect).toEqual({ x: 64, y: 128 });
});

test('the shape of pixels is written into a GIF, if it is not too far from square', async () => {
  const pixels = sharp(new Uint8Array(12), { raw: { width: 2, height: 2, channels: 3 } });
  const source = bytesSource(await pixels.gif().toBuffer());
  const written = (aspect: { x: number; y: number }): ReturnType<typeof embedMetadata> =>
    embedMetadata('gif', source, { aspect });
  const { segments, warnings } = written({ x: 1, y: 2 });
  const file = assembleSegments(source, segments);
  expect(warnings).toEqual([]);
  expect(readMetadata('gif', file).metadata.aspect).toEqual({ x: 64, y: 128 });
  expect(file.length).toBe(source.sizeBytes);
  expect(written({ x: 1, y: 9 }).warnings).toEqual([expect.stringContaining('too far from square')]);
});

/** A BMP's headers with pixels per metre. */
function bmpWith(x: number, y: number): Uint8Array {
  const little = (value: number): Uint8Array => uintBytes(value, 4, 'little');
  const shape = [little(2), little(2), Uint8Array.of(1, 0, 24, 0), little(0), little(16)];
  const head = [latin1Bytes('BM'), little(70), little(0), little(54), little(40)];
  return joinBytes([...head, ...shape, little(x), little(y), little(0), little(0), new Uint8Array(16)]);
}

test('the resolution of a BMP is read', () => {
  expect(readMetadata('bmp', bmpWith(11811, 11811)).metadata.density).toEqual({
    x: 300,
    y: 300,
    unit: 'inch',
  });
  expect(readMetadata('bmp', bmpWith(0, 0)).metadata).toEqual({});
  expect(readMetadata('bmp', Uint8Array.of(66, 77)).metadata).toEqual({});
});
