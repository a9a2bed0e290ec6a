import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Raster } from '../../../../core/api/image.ts';
import type { InputFormat } from '../../../../core/api/imageFormats.ts';
import { decodeImage, inspectImage, type ImageFacts } from '../../../../core/image/decode.ts';
import { joinBytes, latin1Bytes, uintBytes } from '../../../../core/metadata/byteFields.ts';
import { minimalExif } from '../../../../core/metadata/exif/rebuildExif.ts';
import { boxBytes } from '../../../../core/metadata/heif/boxes.ts';
import { pngChunk } from '../../../../core/metadata/png/pngChunks.ts';
import { fixturePath } from '../../../support/images.ts';
import { tiffFields, tiffFile } from '../../../support/tiffFile.ts';

const FOLDER = fileURLToPath(new URL('../../../fixtures/formats/files', import.meta.url));
const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;

async function decode(bytes: Buffer, format: InputFormat): Promise<{ facts: ImageFacts; raster: Raster }> {
  const facts = await inspectImage(bytes, format, KEEP);
  return { facts, raster: await decodeImage(facts, KEEP) };
}

function fixture(name: string): Buffer {
  return readFileSync(path.join(FOLDER, name));
}

/** The gradient of 32 × 24 px that the fixtures were made from, 0…1. */
function gradientAt(x: number, y: number): readonly [number, number, number] {
  return [x / 31, y / 23, (x + y) / 54];
}

/** Mean difference from the gradient, as a part of the range. */
function fromGradient({ width, height, channels, data }: Raster, frame = { width: 32, height: 24 }): number {
  const peak = data instanceof Uint16Array ? 65535 : 255;
  let sum = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      gradientAt(x % frame.width, y % frame.height).forEach((value, channel) => {
        sum += Math.abs(data[(y * width + x) * channels + channel]! / peak - value);
      });
  return sum / (width * height * 3);
}

describe('JPEG XL', () => {
  test.each([
    { file: 'seven-bits.jxl', type: Uint8Array, within: 0.008 },
    { file: 'ten-bits.jxl', type: Uint16Array, within: 0.002 },
    { file: 'twelve-bits.jxl', type: Uint16Array, within: 0.002 },
  ])('samples of $file fill the range of 8 or 16 bits', async ({ file, type, within }) => {
    const { raster } = await decode(fixture(file), 'jxl');
    expect(raster.data).toBeInstanceOf(type);
    expect(fromGradient(raster)).toBeLessThan(within);
  });

  test('floating-point values are kept, with the profile that describes them', async () => {
    const { facts, raster } = await decode(fixture('float-linear.jxl'), 'jxl');
    expect(fromGradient(raster)).toBeLessThan(0.0001);
    expect(facts.icc).toBeDefined();
    expect(facts.warnings).toEqual([]);
  });

  test('floating-point values beyond white are clipped with a note', async () => {
    const { facts } = await decode(fixture('float-beyond.jxl'), 'jxl');
    expect(facts.warnings).toEqual([expect.stringContaining('outside of 0 to 1')]);
  });

  test('a gain map is noted', async () => {
    const still = fixture('lossless.jxl');
    const boxes = [
      boxBytes('JXL ', latin1Bytes('\r\n\x87\n')),
      boxBytes('ftyp', latin1Bytes('jxl \0\0\0\0jxl ')),
    ];
    const file = Buffer.concat([...boxes, boxBytes('jhgm', new Uint8Array(9)), boxBytes('jxlc', still)]);
    expect((await decode(file, 'jxl')).facts.warnings.join()).toContain('gain map');
  });
});

describe('AVIF', () => {
  test('premultiplied colours become straight', async () => {
    const { raster } = await decode(fixture('premultiplied.avif'), 'avif');
    expect(raster.channels).toBe(4);
    expect(fromGradient(raster)).toBeLessThan(0.02);
  });

  test('the first frame of an animation is read, with a note', async () => {
    const { facts, raster } = await decode(fixture('animation.avif'), 'avif');
    expect(fromGradient(raster)).toBeLessThan(0.02);
    expect(facts.warnings).toEqual(['Only the first frame of the animation was enlarged.']);
  });

  test('code points that are only in the tiles of a grid apply to the whole image', async () => {
    const { facts, raster } = await decode(fixture('tiles-in-p3.avif'), 'avif');
    expect(fromGradient(raster)).toBeLessThan(0.02);
    expect(facts.icc).toBeDefined();
  });

  test('the film of a motion photo is noted', async () => {
    const file = Buffer.concat([
      readFileSync(fixturePath('rgb8.avif')),
      boxBytes('mpvd', new Uint8Array(30)),
    ]);
    expect((await decode(file, 'avif')).facts.warnings.join()).toContain('film');
  });
});

describe('PNG', () => {
  const exif = minimalExif([{ tag: 274, type: 3, count: 1, value: Uint8Array.of(6, 0) }]);
  const head = latin1Bytes(`\nexif\n${exif.length}\n`);
  const hex = latin1Bytes(`${Buffer.from(exif).toString('hex')}\n`);
  const text = joinBytes([latin1Bytes('Raw profile type exif\0'), head, hex]);

  test.each([
    ['behind its pixels', (png: Buffer) => [png.subarray(0, -12), pngChunk('eXIf', exif), png.subarray(-12)]],
    ['in a text', (png: Buffer) => [png.subarray(0, 33), pngChunk('tEXt', text), png.subarray(33)]],
  ])('an orientation %s is applied', async (_, parts) => {
    const pixels = Uint8Array.of(10, 20, 30, 40, 50, 60);
    const png = await sharp(pixels, { raw: { width: 3, height: 2, channels: 1 } })
      .png()
      .toBuffer();
    const { facts, raster } = await decode(Buffer.concat(parts(png)), 'png');
    expect(facts.size).toEqual({ width: 2, height: 3 });
    const reds = [...raster.data].filter((_value, index) => index % raster.channels === 0);
    expect(reds).toEqual([40, 10, 50, 20, 60, 30]);
  });
});

test('a CMYK image with a profile of another kind is treated as one without', async () => {
  const icc = (await sharp(fixturePath('p3.jpg')).metadata()).icc ?? Buffer.alloc(0);
  const extra = [{ tag: 34675, type: 7, values: [...icc] }] as const;
  const fields = tiffFields({ width: 1, height: 1, channels: 4, photometric: 5, extra });
  const { facts, raster } = await decode(
    tiffFile([{ fields, pixels: Uint8Array.of(0, 102, 255, 0) }]),
    'tiff',
  );
  expect([...raster.data]).toEqual([255, 153, 0]);
  expect(facts.warnings.join()).toContain('no profile for inks');
});

test('endpoints and gamma of a BMP become a profile, and empty ones do not', async () => {
  const little = (value: number): Uint8Array => uintBytes(value, 4, 'little');
  const endpoints = [0.49, 0.18, 0, 0.31, 0.81, 0.01, 0.2, 0.01, 0.99].map((one) =>
    Math.round(one * 2 ** 30),
  );
  const bmpWith = (space: readonly number[]): Buffer => {
    const shape = [
      little(1),
      little(1),
      Uint8Array.of(1, 0, 24, 0),
      little(0),
      little(4),
      ...[0, 0, 0, 0].map(little),
    ];
    const head = [latin1Bytes('BM'), little(126), little(0), little(122), little(108)];
    const fields = [new Uint8Array(16), little(0), ...space.map(little)];
    return Buffer.from(joinBytes([...head, ...shape, ...fields, Uint8Array.of(1, 2, 3, 0)]));
  };
  const described = bmpWith([...endpoints, 65536, 65536, 65536]);
  expect((await decode(described, 'bmp')).facts.icc).toBeDefined();
  expect((await decode(bmpWith(new Array<number>(12).fill(0)), 'bmp')).facts.icc).toBeUndefined();
});

test('a profile in a GIF is noted', async () => {
  const gif = readFileSync(fixturePath('animated.gif'));
  const block = Buffer.from('\x21\xff\x0bICCRGBG1012\x02ab\0', 'latin1');
  const file = Buffer.concat([gif.subarray(0, -1), block, gif.subarray(-1)]);
  expect((await decode(file, 'gif')).facts.warnings).toEqual([expect.stringContaining('colour profile')]);
});
