import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { createMediaService } from '../../../core/media/createMediaService.ts';
import { forkLauncher } from '../../../core/pool/launcher.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import type { ComparisonArrangement } from '../../../core/api/methodInputs.ts';
import type { MediaLauncher } from '../../../core/media/mediaLauncher.ts';

const launch: MediaLauncher = forkLauncher(
  fileURLToPath(new URL('../../../dist/core/worker/media.js', import.meta.url)),
);

/** A file of one colour. */
async function plain(file: string, side: number, background: string): Promise<string> {
  await sharp({ create: { width: side, height: side, channels: 3, background } })
    .toColourspace(background === '#404040' ? 'b-w' : 'srgb')
    .png()
    .toFile(file);
  return file;
}

const GREY = [0x40, 0x40, 0x40];
const ORANGE = [0xc0, 0x80, 0x20];

/** A grey original and its orange result, compared and read back. */
async function compared(arrangement: ComparisonArrangement) {
  const folder = temporaryFolder();
  const media = createMediaService({ cacheFolder: folder, threads: 1, launch });
  onTestFinished(() => media.close());
  const input = await plain(path.join(folder, 'grey.png'), 100, '#404040');
  const output = await plain(path.join(folder, 'large.png'), 400, '#c08020');
  const id = await media.comparison({ input, output, ...arrangement }, 'large before-after.jpg');
  const { contentType, fileName, file = '' } = await media.read(id);
  expect({ contentType, fileName }).toEqual({
    contentType: 'image/jpeg',
    fileName: 'large before-after.jpg',
  });
  const { data, info } = await sharp(readFileSync(file)).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const pixel = (x: number): number[] => {
    const at = (Math.floor(height / 2) * width + x) * 3;
    return [...data.subarray(at, at + 3)];
  };
  const isNear = (x: number, colour: readonly number[]): void =>
    pixel(x).forEach((value, channel) => expect(Math.abs(value - (colour[channel] ?? 0))).toBeLessThan(12));
  return { width, height, pixel, isNear };
}

test('before and after share one image, with the original left of the split and the result right of it', async () => {
  const { width, height, pixel, isNear } = await compared({ layout: 'split', split: 0.25 });
  expect({ width, height }).toEqual({ width: 400, height: 400 });
  isNear(80, GREY);
  isNear(120, ORANGE);
  expect(Math.min(...pixel(100))).toBeGreaterThan(200);
});

test('before and after are both complete if they are saved side by side', async () => {
  const { width, height, pixel, isNear } = await compared({ layout: 'side-by-side', split: 0.25 });
  const linePx = width - 800;
  expect(height).toBe(400);
  expect(linePx).toBeGreaterThanOrEqual(2);
  isNear(5, GREY);
  isNear(395, GREY);
  expect(Math.min(...pixel(400))).toBeGreaterThan(200);
  isNear(400 + linePx + 5, ORANGE);
  isNear(width - 5, ORANGE);
});
