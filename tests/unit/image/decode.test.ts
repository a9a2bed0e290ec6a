import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { bitDepthOf, type Raster } from '../../../core/api/image.ts';
import {
  decodeImage,
  inspectImage,
  type DecodeOptions,
  type ImageFacts,
} from '../../../core/image/decode.ts';
import { readInput } from '../../../core/image/readInput.ts';
import {
  brokenPath,
  fixturePath,
  largestDifference,
  patternRaster,
  storedPixels,
  writePng,
} from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const KEEP: DecodeOptions = { colour: 'keep', maxPixels: 160e6 };

async function decode(
  file: string,
  options: DecodeOptions = KEEP,
): Promise<{ facts: ImageFacts; raster: Raster }> {
  const { bytes, format } = await readInput(file);
  const facts = await inspectImage(bytes, format, options);
  return { facts, raster: await decodeImage(facts, options) };
}

function describeRaster({ width, height, channels, data }: Raster): string {
  return `${width}x${height} ${channels} × ${bitDepthOf(data)} bit`;
}

test.each([
  ['rgb8.jpg', '96x64 3 × 8 bit'],
  ['rgb8.png', '96x64 3 × 8 bit'],
  ['rgb8.webp', '96x64 3 × 8 bit'],
  ['rgb8.tif', '96x64 3 × 8 bit'],
  ['rgb8.avif', '96x64 3 × 8 bit'],
  ['rgb16.png', '96x64 3 × 16 bit'],
  ['rgb16.tif', '96x64 3 × 16 bit'],
  ['rgba16.png', '96x64 4 × 16 bit'],
  ['grey8.jpg', '96x64 1 × 8 bit'],
  ['grey8.png', '96x64 1 × 8 bit'],
  ['grey16.png', '96x64 1 × 16 bit'],
  ['grey-alpha.png', '96x64 2 × 8 bit'],
  ['cmyk.jpg', '96x64 3 × 8 bit'],
  ['p3.jpg', '96x64 3 × 8 bit'],
  ['palette-alpha.png', '96x64 4 × 8 bit'],
  ['rgba-garbage-beneath.png', '96x64 4 × 8 bit'],
  ['rgba.webp', '96x64 4 × 8 bit'],
  ['progressive.jpg', '96x64 3 × 8 bit'],
  ['orientation-5.jpg', '48x32 3 × 8 bit'],
  ['animated.gif', '48x32 4 × 8 bit'],
  ['animated.webp', '48x32 4 × 8 bit'],
  ['pages.tif', '48x32 3 × 8 bit'],
  ['1x1.png', '1x1 3 × 8 bit'],
  ['1x50.png', '1x50 3 × 8 bit'],
  ['50x1.png', '50x1 3 × 8 bit'],
  ['3x7.png', '3x7 3 × 8 bit'],
])('%s is decoded as %s', async (name, description) => {
  const { facts, raster } = await decode(fixturePath(name));
  expect(describeRaster(raster)).toBe(description);
  expect(facts.size).toEqual({ width: raster.width, height: raster.height });
});

test.each(['rgb8.png', 'rgb8.tif', 'rgb16.png', 'rgb16.tif', 'grey8.png', 'grey16.png', 'grey-alpha.png'])(
  '%s keeps its samples exactly',
  async (name) => {
    const { raster } = await decode(fixturePath(name));
    expect(largestDifference(raster.data, (await storedPixels(fixturePath(name))).data)).toBe(0);
  },
);

const KINDS = ([1, 2, 3, 4] as const).flatMap((channels) =>
  ([8, 16] as const).map((bitDepth) => ({ channels, bitDepth })),
);
test.each(KINDS)('$channels channels of $bitDepth bit survive a PNG unchanged', async (kind) => {
  const raster = patternRaster({ width: 31, height: 17, ...kind });
  const file = writePng(path.join(temporaryFolder(), 'pattern.png'), raster);
  const decoded = (await decode(file)).raster;
  expect(describeRaster(decoded)).toBe(describeRaster(raster));
  expect(largestDifference(decoded.data, raster.data)).toBe(0);
});

test('all eight orientations are decoded upright and alike, up to the error of JPEG', async () => {
  const first = (await decode(fixturePath('orientation-1.jpg'))).raster;
  for (let orientation = 2; orientation <= 8; orientation++) {
    const { raster } = await decode(fixturePath(`orientation-${orientation}.jpg`));
    expect(describeRaster(raster)).toBe(describeRaster(first));
    expect(largestDifference(raster.data, first.data)).toBeLessThanOrEqual(12);
  }
});

test('CMYK is converted to RGB, with a note', async () => {
  const { facts, raster } = await decode(fixturePath('cmyk.jpg'));
  expect(facts.warnings).toEqual([expect.stringMatching(/CMYK to sRGB/)]);
  expect(facts.isConverted).toBe(true);
  // The scene's sky is blue and its disc is yellow.
  const sky = [...raster.data.subarray(0, 3)];
  expect(sky[2]!).toBeGreaterThan(sky[0]!);
});

test('a colour profile is kept or applied, as requested', async () => {
  const kept = await decode(fixturePath('p3.jpg'));
  const converted = await decode(fixturePath('p3.jpg'), { ...KEEP, colour: 'srgb' });
  expect([kept.facts.profileApplies, converted.facts.profileApplies]).toEqual([true, false]);
  const stored = await storedPixels(fixturePath('p3.jpg'));
  expect(largestDifference(kept.raster.data, stored.data)).toBe(0);
  expect(largestDifference(converted.raster.data, stored.data)).toBeGreaterThan(3);
});

test('a palette with transparent entries has opaque and transparent pixels', async () => {
  const { raster } = await decode(fixturePath('palette-alpha.png'));
  const alphas = new Set(raster.data.filter((_, index) => index % 4 === 3));
  expect(alphas.has(0) && alphas.has(255)).toBe(true);
});

test.each([
  ['animated.gif', 3],
  ['animated.webp', 3],
  ['pages.tif', 3],
  ['rgb8.png', 1],
])('%s is reported to contain %i images', async (name, count) => {
  expect((await decode(fixturePath(name))).facts.pages).toBe(count);
});

describe('broken files', () => {
  const CODES: Readonly<Record<string, string>> = {
    'empty.jpg': 'input/empty',
    'header-only-60000x60000.png': 'image/corrupt',
    'svg.png': 'image/unsupported-format',
    'text.jpg': 'image/unsupported-format',
    'truncated.jpg': 'image/corrupt',
    'truncated.png': 'image/corrupt',
    'truncated.tif': 'image/corrupt',
    'truncated.webp': 'image/corrupt',
    'wrong-checksum.png': 'image/corrupt',
    'zero-size.png': 'image/corrupt',
  };

  test.each(readdirSync(path.dirname(brokenPath('x'))))('%s is refused with its code', async (name) => {
    const error = await decode(brokenPath(name)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(EnlargerError);
    expect([name, (error as EnlargerError).code]).toEqual([name, CODES[name]]);
    expect((error as EnlargerError).message).not.toMatch(/undefined|\[object|\n/);
  });

  test('an image over the limit is refused before its pixels are read', async () => {
    const limit = { ...KEEP, maxPixels: 96 * 64 - 1 };
    await expect(decode(fixturePath('rgb8.png'), limit)).rejects.toMatchObject({ code: 'image/too-large' });
    await decode(fixturePath('rgb8.png'), { ...KEEP, maxPixels: 96 * 64 });
  });

  test('a PNG cut off at any byte is refused, and never read as something else', async () => {
    const bytes = readFileSync(fixturePath('3x7.png'));
    for (let length = 8; length < bytes.length - 12; length += 3) {
      const half = Buffer.from(bytes.subarray(0, length));
      const work = inspectImage(half, 'png', KEEP).then((facts) => decodeImage(facts, KEEP));
      await expect(work).rejects.toMatchObject({ code: 'image/corrupt' });
    }
  });
});

test.each([
  ['nothing there', 'nowhere.png', 'input/not-found'],
  ['a folder', '.', 'input/not-a-file'],
])('an input that is %s is refused', async (_, name, code) => {
  await expect(readInput(path.join(temporaryFolder(), name))).rejects.toMatchObject({ code });
});
