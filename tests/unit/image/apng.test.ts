import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createFrameStack, encodeFrames } from '../../../core/image/animation/encodeFrames.ts';
import type { Frames } from '../../../core/image/animation/frames.ts';
import { readFrames } from '../../../core/image/animation/readFrames.ts';
import { inspectImage } from '../../../core/image/decode.ts';
import { readApng } from '../../../core/image/formats/png/apngFrames.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { fixturePath } from '../../support/images.ts';

const fixture = (name: string): Buffer => readFileSync(fixturePath(`../apng/${name}`));
const OPTIONS = { maxPixels: 1e6, ignoreIcc: true };

async function farthest(frames: Frames): Promise<number> {
  const expected = await sharp(fixture('animated-frames.png')).raw().toBuffer();
  const found = Array.from({ length: frames.count }, (_, index) => [...frames.frame(index).data]).flat();
  expect(found).toHaveLength(expected.length);
  // Colour beneath full transparency is arbitrary.
  return Math.max(
    ...found.map((value, index) =>
      index % 4 < 3 && expected[index - (index % 4) + 3] === 0 ? 0 : Math.abs(value - expected[index]!),
    ),
  );
}

test('an animated PNG has the frames that Pillow shows, with disposal and blending', async () => {
  const frames = await readFrames(fixture('animated.png'), 'png', OPTIONS);
  expect(frames).toMatchObject({ width: 16, height: 10, count: 6, loop: 3 });
  expect(await farthest(frames)).toBeLessThanOrEqual(1);
});

test('an animated PNG is read back as it was written', async () => {
  const before = await readFrames(fixture('animated.png'), 'png', OPTIONS);
  const stack = createFrameStack(before, before.count);
  for (let index = 0; index < before.count; index++)
    stack.data.set(before.frame(index).data, index * 16 * 10 * 4);
  const delaysMs = [50, 120, 300, 70_000, 0, 90];
  const encoded = await encodeFrames(stack, { format: 'png', delaysMs, loop: 3, lossless: true });
  if (encoded.kind !== 'memory') throw new Error(encoded.kind);
  const after = await readFrames(encoded.bytes, 'png', OPTIONS);
  expect(after).toMatchObject({ count: 6, loop: 3, delaysMs });
  expect(await farthest(after)).toBeLessThanOrEqual(1);
});

test('a still PNG has no frames, and an animated one reports how many it has', async () => {
  const still = fixture('animated-frames.png');
  expect(readApng(bytesSource(still))).toBeUndefined();
  const facts = await inspectImage(fixture('animated.png'), 'png', { colour: 'keep', maxPixels: 1e6 });
  expect(facts.pages).toBe(6);
});

test('a frame outside of the image is an error', () => {
  const bytes = Buffer.from(fixture('animated.png'));
  bytes.writeUInt32BE(1000, bytes.lastIndexOf('fcTL') + 4 + 12);
  expect(() => readApng(bytesSource(bytes))).toThrow(/beyond the image/);
});
