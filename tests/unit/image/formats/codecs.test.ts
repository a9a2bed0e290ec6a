import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Raster } from '../../../../core/api/image.ts';
import type { InputFormat } from '../../../../core/api/imageFormats.ts';
import { decodeImage, inspectImage, type ImageFacts } from '../../../../core/image/decode.ts';
import { encodePixels } from '../../../../core/image/encode.ts';
import { jxlSize } from '../../../../core/image/formats/jxl/jxlSize.ts';
import { rasterStore } from '../../../../core/image/rowStore.ts';
import { sniffFormat } from '../../../../core/image/sniffFormat.ts';
import { assembleSegments, bytesSource, embedMetadata } from '../../../../core/metadata/embedMetadata.ts';
import { readMetadata } from '../../../../core/metadata/readMetadata.ts';
import { largestDifference, sceneRaster } from '../../../support/images.ts';
import { RICH_XMP, richMetadata } from '../../metadata/richMetadata.ts';

const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;
const HEIF_FOLDER = fileURLToPath(new URL('../../../fixtures/heif', import.meta.url));

async function decode(bytes: Buffer, format: InputFormat): Promise<{ facts: ImageFacts; raster: Raster }> {
  const facts = await inspectImage(bytes, format, KEEP);
  return { facts, raster: await decodeImage(facts, KEEP) };
}

function heic(name: string): Buffer {
  return readFileSync(path.join(HEIF_FOLDER, `${name}.heic`));
}

/** The 8-bit gradient that all HEIC files were made from. */
function gradientAt(x: number, y: number, channel: number): number {
  return [(x * 4) & 255, (y * 5) & 255, ((x + y) * 2) & 255][channel]!;
}

/** How an image of 64 × 48 px is turned by each EXIF orientation: where a pixel of the result comes from. */
const TURNS: Readonly<Record<number, (x: number, y: number) => readonly [number, number]>> = {
  2: (x, y) => [63 - x, y],
  3: (x, y) => [63 - x, 47 - y],
  4: (x, y) => [x, 47 - y],
  5: (x, y) => [y, x],
  6: (x, y) => [y, 47 - x],
  7: (x, y) => [63 - y, 47 - x],
  8: (x, y) => [63 - y, x],
};

function meanDifference(
  { width, height, channels, data }: Raster,
  from: (x: number, y: number) => readonly [number, number],
): number {
  const unit = data instanceof Uint16Array ? 257 : 1;
  let sum = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++)
        sum += Math.abs(
          data[(y * width + x) * channels + channel]! / unit - gradientAt(...from(x, y), channel),
        );
  return sum / (width * height * 3);
}

const AS_IS = (x: number, y: number): readonly [number, number] => [x, y];

describe('HEIC', () => {
  test.each([
    ['plain', 3, 8],
    ['alpha', 4, 8],
    ['ten-bits', 3, 16],
    ['profile', 3, 8],
    ['display-p3', 3, 8],
    ['burst', 3, 8],
  ])('%s is decoded to the pixels it was made from', async (name, channels, bits) => {
    expect(sniffFormat(bytesSource(heic(name)))).toEqual({ kind: 'image', format: 'heic' });
    const { raster, facts } = await decode(heic(name), 'heic');
    expect([raster.channels, facts.bitDepth]).toEqual([channels, bits]);
    expect(meanDifference(raster, AS_IS)).toBeLessThan(1.5);
  });

  test.each(Object.keys(TURNS).map(Number))('orientation %i is applied once', async (orientation) => {
    const { raster } = await decode(heic(`orientation-${orientation}`), 'heic');
    expect(meanDifference(raster, TURNS[orientation]!)).toBeLessThan(1.5);
  });

  test('grey stays grey', async () => {
    expect((await decode(heic('grey'), 'heic')).raster.channels).toBe(1);
  });

  test('colours are described by the profile, or by one made of the code points', async () => {
    const profile = (await decode(heic('profile'), 'heic')).facts.icc;
    expect(new Uint8Array(profile!)).toEqual(readMetadata('heic', heic('profile')).metadata.icc);
    expect((await decode(heic('display-p3'), 'heic')).facts.icc).toBeDefined();
    expect((await decode(heic('plain'), 'heic')).facts.icc).toBeUndefined();
  });

  test('HDR and other images are noted', async () => {
    expect((await decode(heic('pq'), 'heic')).facts.warnings.join()).toContain('HDR image (PQ)');
    expect((await decode(heic('burst'), 'heic')).facts.warnings.join()).toContain('Another image');
  });

  test('a file that is truncated or too large is an error with a code', async () => {
    const cut = heic('plain').subarray(0, 700);
    await expect(decode(cut, 'heic')).rejects.toMatchObject({ code: 'image/corrupt' });
    const small = { colour: 'keep', maxPixels: 100 } as const;
    await expect(inspectImage(heic('plain'), 'heic', small)).rejects.toMatchObject({
      code: 'image/too-large',
    });
  });

  test('an image coded in another way is not called damaged', async () => {
    const coded = Buffer.from(heic('plain'));
    coded.write('jpeg', coded.indexOf('hvc1'), 'latin1');
    const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } })
      .jpeg()
      .toBuffer();
    coded.set(jpeg.subarray(0, coded.length - coded.indexOf('mdat') - 4), coded.indexOf('mdat') + 4);
    await expect(decode(coded, 'heic')).rejects.toMatchObject({ code: 'image/unsupported-format' });
  });

  test('flipped bits never end the process', async () => {
    const sound = heic('plain');
    for (let seed = 0; seed < 60; seed++) {
      const copy = Buffer.from(sound);
      const place = (seed * 7919) % copy.length;
      copy[place] = copy[place]! ^ (1 << (seed % 8));
      await decode(copy, 'heic').catch((error: unknown) => {
        expect(error).toHaveProperty('code', expect.stringMatching(/^image\//));
      });
    }
  });
});

describe('JPEG XL', () => {
  async function encode(raster: Raster, quality: number): Promise<Buffer> {
    const options = { format: 'jxl', quality, lossless: false, background: '#ffffff' } as const;
    const encoded = await encodePixels(rasterStore(raster), options, '');
    if (encoded.kind === 'file') throw new TypeError('JPEG XL is encoded in memory.');
    return encoded.bytes;
  }

  const scene = sceneRaster(40, 24);
  const deep: Raster = {
    ...scene,
    data: Uint16Array.from(scene.data, (value, index) => value * 256 + (index % 200)),
  };

  test.each([
    ['8 bits', scene],
    ['16 bits', deep],
    ['transparency', sceneRaster(40, 24, 4)],
    ['grey', sceneRaster(40, 24, 1)],
  ])('%s is lossless at quality 100', async (_, raster) => {
    const file = await encode(raster, 100);
    expect(sniffFormat(bytesSource(file))).toEqual({ kind: 'image', format: 'jxl' });
    expect(jxlSize(bytesSource(file))).toEqual({ width: 40, height: 24 });
    const back = await decode(file, 'jxl');
    expect(Array.from(back.raster.data)).toEqual(Array.from(raster.data));
  });

  test('a lower quality makes a smaller file that looks the same', async () => {
    const [lossy, exact] = [await encode(scene, 85), await encode(scene, 100)];
    expect(lossy.length).toBeLessThan(exact.length * 2);
    expect(largestDifference((await decode(lossy, 'jxl')).raster.data, scene.data)).toBeLessThan(60);
  });

  test('EXIF and XMP are spliced in and read again', async () => {
    const file = await encode(scene, 100);
    const rich = await richMetadata('big');
    const source = bytesSource(file);
    const { segments, warnings } = embedMetadata('jxl', source, { exif: rich.exif!, xmp: RICH_XMP });
    const written = assembleSegments(source, segments);
    const { metadata } = readMetadata('jxl', written);
    expect(warnings).toEqual([]);
    expect(metadata.xmp).toEqual(RICH_XMP);
    expect(metadata.exif).toEqual(rich.exif);
    expect(Array.from((await decode(Buffer.from(written), 'jxl')).raster.data)).toEqual(
      Array.from(scene.data),
    );
  });

  test('half of a file is reported as damaged', async () => {
    const file = await encode(scene, 100);
    await expect(decode(file.subarray(0, file.length / 2), 'jxl')).rejects.toMatchObject({
      code: 'image/corrupt',
    });
  });
});
