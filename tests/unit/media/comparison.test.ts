import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { createMediaService } from '../../../core/media/createMediaService.ts';
import { forkLauncher } from '../../../core/pool/launcher.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
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

test('before and after are one image: the original left of the split, the result right of it', async () => {
  const folder = temporaryFolder();
  const media = createMediaService({ cacheFolder: folder, threads: 1, launch });
  onTestFinished(() => media.close());
  const input = await plain(path.join(folder, 'grey.png'), 100, '#404040');
  const output = await plain(path.join(folder, 'large.png'), 400, '#c08020');
  const id = await media.comparison({ input, output, split: 0.25 }, 'large before-after.jpg');
  const { contentType, fileName, file = '' } = await media.read(id);
  expect({ contentType, fileName }).toEqual({
    contentType: 'image/jpeg',
    fileName: 'large before-after.jpg',
  });
  const { data, info } = await sharp(readFileSync(file)).raw().toBuffer({ resolveWithObject: true });
  expect({ width: info.width, height: info.height }).toEqual({ width: 400, height: 400 });
  const pixel = (x: number): number[] => [...data.subarray((200 * 400 + x) * 3, (200 * 400 + x) * 3 + 3)];
  const isNear = (x: number, colour: readonly number[]): void =>
    pixel(x).forEach((value, channel) => expect(Math.abs(value - (colour[channel] ?? 0))).toBeLessThan(12));
  isNear(80, [0x40, 0x40, 0x40]);
  isNear(120, [0xc0, 0x80, 0x20]);
  expect(Math.min(...pixel(100))).toBeGreaterThan(200);
});
