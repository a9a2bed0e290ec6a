import sharp from 'sharp';
import { expect, test } from 'vitest';
import {
  createFrameStack,
  encodeFrames,
  type AnimatedFormat,
} from '../../../core/image/animation/encodeFrames.ts';
import { readFrames } from '../../../core/image/animation/readFrames.ts';
import { minimalExif } from '../../../core/metadata/exif/rebuildExif.ts';
import { assembleSegments, bytesSource, embedMetadata } from '../../../core/metadata/embedMetadata.ts';

const ORIENTATION = { tag: 274, type: 3, count: 1 } as const;
const SIZE = { width: 5, height: 3 };
const PIXELS = SIZE.width * SIZE.height;

/** Opaque pixels, each of a different colour. */
function colours(frame: number): Uint8Array {
  const values = Array.from({ length: PIXELS }, (_, pixel) => [pixel * 16, 255 - pixel * 9, frame * 90, 255]);
  return Uint8Array.from(values.flat());
}

/** An animation of two frames with an orientation in its EXIF. */
async function turnedAnimation(format: AnimatedFormat, orientation: number): Promise<Buffer> {
  const data = Uint8Array.from([...colours(0), ...colours(1)]);
  const stack = { ...SIZE, count: 2, data };
  const encoded = await encodeFrames(stack, { format, lossless: true, delaysMs: [70, 80], loop: 0 });
  if (encoded.kind !== 'memory') throw new Error(encoded.kind);
  const source = bytesSource(encoded.bytes);
  const exif = minimalExif([{ ...ORIENTATION, value: Uint8Array.of(orientation, 0) }]);
  return Buffer.from(assembleSegments(source, embedMetadata(format, source, { exif }).segments));
}

/** A frame as sharp turns an image. */
async function turnedStill(frame: number, orientation: number): Promise<{ width: number; data: number[] }> {
  const png = await sharp(colours(frame), { raw: { ...SIZE, channels: 4 } })
    .withMetadata({ orientation })
    .png()
    .toBuffer();
  const { data, info } = await sharp(png).autoOrient().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, data: [...data] };
}

test.each(
  (['webp', 'png'] as const).flatMap((format) =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((one) => [format, one] as const),
  ),
)('every frame of a %s with orientation %i is upright', async (format, orientation) => {
  const bytes = await turnedAnimation(format, orientation);
  const frames = await readFrames(bytes, format, { maxPixels: 1000, ignoreIcc: true });
  for (const index of [0, 1]) {
    const wanted = await turnedStill(index, orientation);
    expect({ width: frames.width, data: [...frames.frame(index).data] }).toEqual(wanted);
  }
});

test.each([
  ['an opaque area on a clear canvas', [0, 0, 0, 0], 0x10],
  ['nothing but opaque pixels', [0, 90, 0, 255], 0],
] as const)('an animated WebP with %s is marked accordingly', async (_, ground, flag) => {
  const stack = createFrameStack({ width: 64, height: 48 }, 2);
  for (let pixel = 0; pixel < 2 * 64 * 48; pixel++) stack.data.set(ground, pixel * 4);
  for (const frame of [0, 1])
    for (let pixel = 0; pixel < 10; pixel++)
      stack.data.set([frame * 200, 9, 9, 255], ((frame * 48 + 20) * 64 + 20 + pixel) * 4);
  const encoded = await encodeFrames(stack, { format: 'webp', delaysMs: [90, 80], loop: 0, lossless: false });
  if (encoded.kind !== 'memory') throw new Error(encoded.kind);
  expect(encoded.bytes.toString('latin1', 12, 16)).toBe('VP8X');
  expect(encoded.bytes[20]! & 0x10).toBe(flag);
});
