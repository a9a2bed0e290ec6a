import { expect, test } from 'vitest';
import { inspectImage } from '../../../../core/image/decode.ts';
import { bmpFile } from '../../../support/bmpFile.ts';

const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;
const PIXELS = new Array<number>(64).fill(9);
const RED_GREEN = [0, 0, 255, 0, 0, 255, 0, 0];
const [RLE8, RLE4, MASKS] = [1, 2, 3];

function shape(bits: number, method: number, palette: readonly number[] = []): Parameters<typeof bmpFile>[0] {
  return { bits, width: 4, height: 2, method, palette };
}

test.each([
  [24, RLE8],
  [4, RLE8],
  [8, RLE4],
  [32, RLE4],
  [1, MASKS],
  [8, MASKS],
  [4, 6],
])('a BMP with %i bits per pixel and compression method %i is refused', async (bits, method) => {
  await expect(inspectImage(bmpFile(shape(bits, method), PIXELS), 'bmp', KEEP)).rejects.toMatchObject({
    code: 'image/corrupt',
    message: expect.stringContaining(`${bits} bits`) as string,
  });
});

test.each([
  ['empty', [0, 0, 0]],
  ['of one another', [0xff00, 0xff00, 0xff]],
  ['with gaps', [0xf0f0000, 0xff00, 0xff]],
])('a BMP whose masks are %s is refused', async (_, masks) => {
  const file = bmpFile(shape(32, MASKS), [...new Array<number>(12).fill(0), ...PIXELS]);
  file.writeUInt32LE(66, 10);
  for (const [index, mask] of masks.entries()) file.writeUInt32LE(mask, 54 + index * 4);
  await expect(inspectImage(file, 'bmp', KEEP)).rejects.toMatchObject({ code: 'image/corrupt' });
});

test.each([0, 20])('a BMP whose pixels begin at byte %i, inside of its header, is refused', async (start) => {
  const file = bmpFile(shape(24, 0), PIXELS);
  file.writeUInt32LE(start, 10);
  await expect(inspectImage(file, 'bmp', KEEP)).rejects.toMatchObject({ code: 'image/corrupt' });
});

test('run lengths without a single pixel are damage', async () => {
  for (const data of [[], [0, 1], [0, 0, 0, 1]])
    await expect(inspectImage(bmpFile(shape(8, RLE8, RED_GREEN), data), 'bmp', KEEP)).rejects.toMatchObject({
      code: 'image/corrupt',
    });
});
