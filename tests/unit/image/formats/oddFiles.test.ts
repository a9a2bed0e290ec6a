import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import type { InputFormat } from '../../../../core/api/imageFormats.ts';
import { decodeImage, inspectImage, type ImageFacts } from '../../../../core/image/decode.ts';
import type { Raster } from '../../../../core/api/image.ts';
import { imageFormat } from '../../../../core/image/readInput.ts';
import { sniffFormat } from '../../../../core/image/sniffFormat.ts';
import { bytesSource } from '../../../../core/metadata/byteSource.ts';
import { bmpFile } from '../../../support/bmpFile.ts';
import { sceneRaster } from '../../../support/images.ts';
import { tiffFields, tiffFile } from '../../../support/tiffFile.ts';

const KEEP = { colour: 'keep', maxPixels: 160e6 } as const;
const SCENE = sceneRaster(48, 32);
let jpeg: Buffer;
let pixels: number[];

async function decode(bytes: Buffer, format: InputFormat): Promise<{ facts: ImageFacts; raster: Raster }> {
  const facts = await inspectImage(bytes, format, KEEP);
  return { facts, raster: await decodeImage(facts, KEEP) };
}

async function jpegOf({ width, height, channels, data }: Raster, quality = 90): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } }).jpeg({ quality }).toBuffer();
}

beforeAll(async () => {
  jpeg = await jpegOf(SCENE);
  pixels = Array.from((await decode(jpeg, 'jpeg')).raster.data);
});

/** Where a marker is. */
function at(marker: number): number {
  return jpeg.indexOf(Buffer.from([0xff, marker]));
}

function changed(change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(jpeg);
  change(copy);
  return copy;
}

function inserted(place: number, bytes: readonly number[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, place), Buffer.from(bytes), jpeg.subarray(place)]);
}

test.each<[string, () => Buffer]>([
  ['stray bytes between segments', () => inserted(at(0xdb), [0, 1, 2])],
  ['wrong parameters of a scan', () => changed((copy) => copy.set([1, 62, 0x11], at(0xda) + 4 + 1 + 6))],
  [
    'a height behind the pixels',
    () => {
      const late = changed((copy) => copy.writeUInt16BE(0, at(0xc0) + 5));
      return Buffer.concat([
        late.subarray(0, -2),
        Buffer.from([0xff, 0xdc, 0, 4, 0, SCENE.height, 0xff, 0xd9]),
      ]);
    },
  ],
])('a JPEG with %s is read, with a note', async (_, make) => {
  const { facts, raster } = await decode(make(), 'jpeg');
  expect(Array.from(raster.data)).toEqual(pixels);
  expect(facts.warnings.join()).toMatch(/errors outside its pixels/);
});

test.each<[string, () => Buffer]>([
  ['12 bits', () => changed((copy) => (copy[at(0xc0) + 4] = 12))],
  ['JPEG-LS', () => changed((copy) => (copy[at(0xc0) + 1] = 0xf7))],
  ['lossless JPEG', () => changed((copy) => (copy[at(0xc0) + 1] = 0xc3))],
])('a JPEG of %s is refused by that name', async (name, make) => {
  await expect(decode(make(), 'jpeg')).rejects.toMatchObject({
    code: 'image/unsupported-pixels',
    message: expect.stringContaining(name) as string,
  });
});

test('half of a JPEG still counts as damaged', async () => {
  await expect(decode(jpeg.subarray(0, jpeg.length / 2), 'jpeg')).rejects.toMatchObject({
    code: 'image/corrupt',
  });
});

test('a video behind a JPEG is left out with a note', async () => {
  const film = Buffer.concat([jpeg, Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1')]);
  expect((await decode(film, 'jpeg')).facts.warnings.join()).toContain('film');
});

const RED_GREEN = [0, 0, 255, 0, 0, 255, 0, 0];

test.each<[string, Buffer, readonly number[]]>([
  [
    '24 bits, bottom up',
    bmpFile({ bits: 24, width: 1, height: 2 }, [1, 2, 3, 0, 4, 5, 6, 0]),
    [6, 5, 4, 3, 2, 1],
  ],
  [
    '24 bits, top down',
    bmpFile({ bits: 24, width: 1, height: -2 }, [1, 2, 3, 0, 4, 5, 6, 0]),
    [3, 2, 1, 6, 5, 4],
  ],
  ['32 bits', bmpFile({ bits: 32, width: 1, height: 1 }, [1, 2, 3, 0]), [3, 2, 1]],
  ['16 bits', bmpFile({ bits: 16, width: 2, height: 1 }, [0x00, 0x7c, 0x1f, 0]), [255, 0, 0, 0, 0, 255]],
  [
    'a palette of 1 bit',
    bmpFile({ bits: 1, width: 2, height: 1, palette: RED_GREEN }, [0x40, 0, 0, 0]),
    [255, 0, 0, 0, 255, 0],
  ],
  [
    'run lengths',
    bmpFile({ bits: 8, width: 3, height: 1, method: 1, palette: RED_GREEN }, [2, 1, 1, 0, 0, 1]),
    [0, 255, 0, 0, 255, 0, 255, 0, 0],
  ],
])('a BMP of %s is read', async (_, file, wanted) => {
  expect(sniffFormat(bytesSource(file))).toEqual({ kind: 'image', format: 'bmp' });
  expect(Array.from((await decode(file, 'bmp')).raster.data)).toEqual(wanted);
});

test('a BMP that contains a JPEG is refused with that reason', async () => {
  const file = bmpFile({ bits: 0, width: 4, height: 9, method: 4 }, [...jpeg]);
  await expect(decode(file, 'bmp')).rejects.toMatchObject({
    code: 'image/unsupported-pixels',
    message: expect.stringContaining('A JPEG in place of pixels') as string,
  });
});

test('a BMP whose pixels end early is damaged', async () => {
  await expect(decode(bmpFile({ bits: 24, width: 4, height: 9 }, [1, 2, 3]), 'bmp')).rejects.toMatchObject({
    code: 'image/corrupt',
  });
});

/** Like a DNG: a small thumbnail first, then a directory with the sensor's data, and a preview as JPEG somewhere. */
function rawFile(preview: Buffer, sensor: { width: number; height: number }, orientation = 1): Buffer {
  const thumbnail = {
    fields: tiffFields({
      width: 3,
      height: 2,
      extra: [
        { tag: 254, type: 4, values: [1] },
        { tag: 274, type: 3, values: [orientation] },
        { tag: 271, type: 2, values: [...Buffer.from('Maker\0')] },
      ],
    }),
    pixels: new Uint8Array(18),
    below: [
      {
        fields: tiffFields({ ...sensor, channels: 1, bits: 16, photometric: 32803 }),
        pixels: new Uint8Array(16),
      },
    ],
  };
  return Buffer.concat([tiffFile([thumbnail]), preview]);
}

test('the full-size preview of a raw file is read, turned as the camera was', async () => {
  const file = rawFile(jpeg, { width: 50, height: 33 }, 6);
  expect(sniffFormat(bytesSource(file))).toEqual({ kind: 'image', format: 'raw' });
  const { facts, raster } = await decode(file, 'raw');
  expect({ width: raster.width, height: raster.height }).toEqual({ width: 32, height: 48 });
  expect(facts.warnings.join()).toContain("camera's preview");
});

test.each([
  ['only a thumbnail', () => jpegOf(sceneRaster(16, 12)), /half the sensor/],
  ['no preview', () => Promise.resolve(Buffer.alloc(0)), /no preview/],
])('a raw file with %s is refused as raw', async (_, make, words) => {
  const file = rawFile(await make(), { width: 50, height: 33 });
  await expect(decode(file, 'raw')).rejects.toMatchObject({
    code: 'image/unsupported-format',
    message: expect.stringMatching(words) as string,
  });
});

test('a raw file is recognised under any name, and a TIFF is not taken for one', () => {
  const plain = tiffFile([{ fields: tiffFields({ width: 1, height: 1 }), pixels: new Uint8Array(3) }]);
  expect(sniffFormat(bytesSource(plain))).toEqual({ kind: 'image', format: 'tiff' });
});

test.each([
  ['\0\0\x01\0', 'an icon file'],
  ['<svg/>', 'an SVG file'],
  ['8BPS', 'a Photoshop file'],
])('a file of another format is refused by its name', (start, name) => {
  expect(() => imageFormat(Buffer.from(start, 'latin1'), 'x')).toThrow(
    `x is ${name}, which is not supported`,
  );
});
