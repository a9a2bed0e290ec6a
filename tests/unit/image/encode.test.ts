import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { bitDepthOf, type Raster } from '../../../core/api/image.ts';
import { encodePixels, type EncodedImage, type EncodeOptions } from '../../../core/image/encode.ts';
import type { OutputFormat } from '../../../core/api/outputFormats.ts';
import { rasterStore } from '../../../core/image/rowStore.ts';
import { verifyOutput, writeOutput } from '../../../core/image/writeOutput.ts';
import { largestDifference, meanOf, patternRaster, sceneRaster, storedPixels } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function encode(
  raster: Raster,
  format: OutputFormat,
  options: Partial<EncodeOptions> = {},
): Promise<Buffer> {
  const chosen = { format, lossless: false, background: '#ffffff', ...options };
  const encoded = await encodePixels(rasterStore(raster), chosen, path.join('not', 'used'));
  if (encoded.kind !== 'memory') throw new Error('a small image was written to a file');
  return encoded.bytes;
}

const LOSSLESS = (['png', 'tiff'] as const).flatMap((format) =>
  ([1, 2, 3, 4] as const).flatMap((channels) =>
    ([8, 16] as const).map((bitDepth) => ({ format, channels, bitDepth })),
  ),
);

test.each(LOSSLESS)(
  '$format stores $channels channels of $bitDepth bits exactly',
  async ({ format, ...kind }) => {
    const raster = patternRaster({ width: 29, height: 37, ...kind });
    const made = await storedPixels(await encode(raster, format));
    expect([made.width, made.height, made.channels, bitDepthOf(made.data)]).toEqual([
      29,
      37,
      kind.channels,
      kind.bitDepth,
    ]);
    expect(largestDifference(made.data, raster.data)).toBe(0);
  },
);

test.each([
  { format: 'jpeg', channels: 3, steps: 4 },
  { format: 'jpeg', channels: 1, steps: 2 },
  { format: 'webp', channels: 3, steps: 16 },
  { format: 'avif', channels: 3, steps: 6 },
] as const)(
  '$format stores $channels channels within $steps steps on average',
  async ({ format, channels, steps }) => {
    const raster = sceneRaster(64, 48, channels);
    const made = await storedPixels(await encode(raster, format));
    expect([made.width, made.height, made.channels]).toEqual([64, 48, channels]);
    const differences = Array.from(made.data, (value, index) => Math.abs(value - raster.data[index]!));
    expect(meanOf(differences)).toBeLessThanOrEqual(steps);
  },
);

test('WebP without loss is exact, alpha included', async () => {
  for (const channels of [3, 4] as const) {
    const raster = patternRaster({ width: 20, height: 20, channels, bitDepth: 8 });
    // Colour beneath full transparency is not kept by the format.
    for (let i = 3; channels === 4 && i < raster.data.length; i += 4) raster.data[i] = 1 + (i % 255);
    const made = await storedPixels(await encode(raster, 'webp', { lossless: true }));
    expect(largestDifference(made.data, raster.data)).toBe(0);
  }
});

test('transparency is filled with the background in formats without alpha', async () => {
  const raster: Raster = {
    width: 16,
    height: 16,
    channels: 4,
    data: Uint8Array.from({ length: 1024 }, (_, i) => [255, 255, 255, i < 512 ? 0 : 255][i % 4]!),
  };
  const made = await storedPixels(await encode(raster, 'jpeg', { background: '#204060' }));
  expect(made.channels).toBe(3);
  expect(largestDifference([...made.data.subarray(0, 3)], [0x20, 0x40, 0x60])).toBeLessThanOrEqual(3);
  expect(largestDifference([...made.data.slice(-3)], [255, 255, 255])).toBeLessThanOrEqual(3);
});

test('quality decides the size of the file', async () => {
  const raster = sceneRaster(128, 128);
  for (const format of ['jpeg', 'webp', 'avif'] as const) {
    const low = await encode(raster, format, { quality: 20 });
    expect(low.length).toBeLessThan((await encode(raster, format)).length);
  }
});

test('the same image gives the same bytes twice, in every format', async () => {
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const) {
    const [first, second] = [
      await encode(sceneRaster(80, 50), format),
      await encode(sceneRaster(80, 50), format),
    ];
    expect(first.equals(second)).toBe(true);
  }
});

describe('a written file', () => {
  const pixels = async (): Promise<EncodedImage> => ({
    kind: 'memory',
    bytes: await encode(sceneRaster(20, 10), 'png'),
  });
  const times = { modifiedAtMs: 1_234_567_890_123, accessedAtMs: 1_234_567_999_000 };

  test('has the source’s times and the encoded content', async () => {
    const tempPath = path.join(temporaryFolder(), 'picture.part');
    const written = await writeOutput(await pixels(), { tempPath, format: 'png', metadata: {}, ...times });
    const { size, mtimeMs } = statSync(tempPath);
    expect([written.sizeBytes, Math.round(mtimeMs)]).toEqual([size, times.modifiedAtMs]);
    await verifyOutput(tempPath, { width: 20, height: 10, format: 'png' });
    expect((await sharp(tempPath).metadata()).width).toBe(20);
  });

  test('never replaces an existing one, and a wrong one is detected', async () => {
    const tempPath = path.join(temporaryFolder(), 'picture.part');
    const file = { tempPath, format: 'png', metadata: {}, ...times } as const;
    await writeOutput(await pixels(), file);
    await expect(writeOutput(await pixels(), file)).rejects.toMatchObject({ code: 'output/exists' });
    for (const expected of [
      { width: 21, height: 10, format: 'png' },
      { width: 20, height: 10, format: 'jpeg' },
    ] as const) {
      await expect(verifyOutput(tempPath, expected)).rejects.toMatchObject({
        code: 'output/verification-failed',
      });
    }
  });

  test('in a missing folder fails with a code and leaves nothing behind', async () => {
    const tempPath = path.join(temporaryFolder(), 'no', 'picture.part');
    const file = { tempPath, format: 'png', metadata: {}, ...times } as const;
    await expect(writeOutput(await pixels(), file)).rejects.toMatchObject({ code: 'output/not-writable' });
    expect(existsSync(tempPath)).toBe(false);
  });
});
