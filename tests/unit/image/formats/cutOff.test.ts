import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeImage, inspectImage } from '../../../../core/image/decode.ts';
import { sniffFormat } from '../../../../core/image/sniffFormat.ts';
import { bytesSource } from '../../../../core/metadata/byteSource.ts';
import { fixturePath } from '../../../support/images.ts';

const OPTIONS = { colour: 'keep', maxPixels: 1e6 } as const;

/** A BMP of 24 bits per pixel whose rows end in one byte of padding, and one without padding. */
function bmp(width: number): Buffer {
  const rowBytes = Math.ceil((width * 24) / 32) * 4;
  const file = Buffer.alloc(54 + rowBytes * 16, 7);
  file.fill(0, 0, 54).write('BM', 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(16, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  return file;
}

const FILES: readonly (readonly [string, Buffer])[] = [
  ...['rgb8.jpg', 'progressive.jpg', 'rgb8.png', 'rgb8.webp', 'rgba.webp', 'animated.webp'],
  ...['animated.gif', 'rgb8.tif', 'rgb8.avif'],
  ...['../apng/animated.png', '../heif/plain.heic', '../heif/alpha.heic'],
].map((name) => [path.basename(name), readFileSync(fixturePath(name))] as const);

/** Files that decode without any report of damage. */
async function decodedSilently(bytes: Buffer): Promise<boolean> {
  const sniffed = sniffFormat(bytesSource(bytes));
  if (sniffed.kind !== 'image') throw new Error('It is not recognised.');
  const inspected = await inspectImage(bytes, sniffed.format, OPTIONS);
  await decodeImage(inspected, OPTIONS);
  return inspected.warnings.length === 0;
}

describe.each([...FILES, ['padded.bmp', bmp(17)] as const, ['full.bmp', bmp(16)] as const])(
  '%s',
  (_, file) => {
    test('decodes when complete', async () => {
      expect(await decodedSilently(file)).toBe(true);
    });

    test.each([1, 2, 100, file.length >> 1])(
      'without its last %i bytes is damaged, or noted as such',
      async (missing) => {
        const outcome = await decodedSilently(file.subarray(0, -missing)).catch((error: unknown) => error);
        if (outcome !== false) expect(outcome).toMatchObject({ code: 'image/corrupt' });
      },
    );
  },
);

test('a BMP whose writer left out the last padding is complete', async () => {
  const file = Buffer.from(bmp(17).subarray(0, -1));
  file.writeUInt32LE(file.length, 2);
  expect(await decodedSilently(file)).toBe(true);
});
