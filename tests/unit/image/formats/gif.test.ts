import { expect, test } from 'vitest';
import { decodeImage, inspectImage } from '../../../../core/image/decode.ts';
import { readFrames } from '../../../../core/image/animation/readFrames.ts';

const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;
const RED = [200, 0, 0, 255];
const CLEAR_ALPHA = 0;

/** A frame of one pixel in the palette's second colour, at a place on the canvas. */
function pixelFrame(left: number, top: number): number[] {
  return [0x21, 0xf9, 4, 4, 10, 0, 0, 0, 0x2c, left, 0, top, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0];
}

function gif(...frames: number[][]): Buffer {
  const head = [...Buffer.from('GIF89a', 'latin1'), 3, 0, 2, 0, 0x80, 0, 0, 0, 0, 0, ...RED.slice(0, 3)];
  return Buffer.from([...head, ...frames.flat(), 0x3b]);
}

test('the area that the only frame of a GIF does not cover is transparent', async () => {
  const facts = await inspectImage(gif(pixelFrame(1, 0)), 'gif', KEEP);
  const { data, channels } = await decodeImage(facts, KEEP);
  expect([facts.pages, channels]).toEqual([1, 4]);
  expect(Array.from(data.subarray(4, 8))).toEqual(RED);
  expect([0, 2, 3, 4, 5].map((pixel) => data[pixel * 4 + 3])).toEqual(Array(5).fill(CLEAR_ALPHA));
});

test('the area that the frames of an animation do not cover is transparent, and no frame is added', async () => {
  const file = gif(pixelFrame(1, 0), pixelFrame(2, 1));
  const { decodable, pages } = await inspectImage(file, 'gif', KEEP);
  const frames = await readFrames(decodable, 'gif', { maxPixels: 1e6, ignoreIcc: true, count: pages });
  expect([frames.count, frames.delaysMs]).toEqual([2, [100, 100]]);
  const alphas = (index: number): (number | undefined)[] =>
    [0, 1, 2, 3, 4, 5].map((pixel) => frames.frame(index).data[pixel * 4 + 3]);
  expect(alphas(0)).toEqual([0, 255, 0, 0, 0, 0]);
  expect(alphas(1)).toEqual([0, 255, 0, 0, 0, 255]);
});
