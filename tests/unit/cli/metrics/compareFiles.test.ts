import { expect, test } from 'vitest';
import { cropToOutput } from '../../../../cli/metrics/compareFiles.ts';
import type { FloatImage } from '../../../../core/api/image.ts';

/** Every sample encodes its place: 100 × channel + 10 × row + column. */
function placedImage(width: number, height: number): FloatImage {
  const data = Float32Array.from({ length: 2 * width * height }, (_, index) => {
    const channel = Math.floor(index / (width * height));
    return 100 * channel + 10 * Math.floor((index / width) % height) + (index % width);
  });
  return { width, height, channels: 2, data };
}

test('the reference is cropped at its right and bottom to a multiple of the scale', () => {
  const cropped = cropToOutput(placedImage(6, 3), { width: 4, height: 2 }, { protocol: 'sr', scale: 4 });
  expect({ ...cropped, data: [...cropped.data] }).toEqual({
    width: 4,
    height: 2,
    channels: 2,
    data: [0, 1, 2, 3, 10, 11, 12, 13, 100, 101, 102, 103, 110, 111, 112, 113],
  });
});

test.each([
  { why: 'the output is larger by the scale', size: { width: 2, height: 3 }, protocol: 'sr' },
  { why: 'it is smaller', size: { width: 7, height: 3 }, protocol: 'sr' },
  { why: 'one side is smaller', size: { width: 5, height: 4 }, protocol: 'sr' },
  { why: 'the sizes are equal', size: { width: 6, height: 3 }, protocol: 'sr' },
  { why: 'the protocol is plain', size: { width: 4, height: 2 }, protocol: 'plain' },
] as const)('the reference is not cropped if $why', ({ size, protocol }) => {
  const reference = placedImage(6, 3);
  const options = protocol === 'sr' ? { protocol, scale: 4 } : { protocol };
  expect(cropToOutput(reference, size, options)).toBe(reference);
});
