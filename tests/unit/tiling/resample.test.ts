import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Size } from '../../../core/api/image.ts';
import { INTERPOLATION_KERNELS, type InterpolationKernel } from '../../../core/tiling/kernelTaps.ts';
import { axisWeights, resampleRows } from '../../../core/tiling/resample.ts';
import { largestDifference } from '../../support/images.ts';

const sizeSchema = z.object({ width: z.number(), height: z.number() });
const goldenSchema = z.array(z.object({ from: sizeSchema, to: sizeSchema, values: z.array(z.number()) }));
const golden = goldenSchema.parse(
  JSON.parse(readFileSync(new URL('../../fixtures/resample/golden.json', import.meta.url), 'utf8')),
);

/** As in `tests/fixtures/resample/make_golden.py`. */
function imageOf({ width, height }: Size): Float32Array {
  return Float32Array.from({ length: width * height }, (_, index) => {
    const x = index % width;
    const y = (index - x) / width;
    return ((x * x * 7 + y * y * 13 + x * y * 5 + x * 3) % 64) / 64;
  });
}

function resample(
  image: Float32Array,
  from: Size,
  to: Size,
  kernel: InterpolationKernel,
  channels = 1,
): number[] {
  const length = from.width * channels;
  const readRow = (y: number): Float32Array => image.subarray(y * length, (y + 1) * length);
  const values: number[] = [];
  // The generator uses one array for all rows.
  for (const row of resampleRows({ from, to, channels, kernel, readRow })) values.push(...row);
  return values;
}

test.each(golden)(
  'bicubic from $from.width × $from.height to $to.width × $to.height equals that of MATLAB',
  ({ from, to, values }) => {
    const made = resample(imageOf(from), from, to, 'bicubic');
    expect(largestDifference(made, values)).toBeLessThan(2e-6);
  },
);

describe.each(INTERPOLATION_KERNELS)('%s', (kernel) => {
  test('has weights that add up to 1 and positions inside the image, at any ratio', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (fromPx, toPx) => {
        const { taps, indices, weights } = axisWeights(fromPx, toPx, kernel);
        expect(indices).toHaveLength(toPx * taps);
        expect(indices.every((index) => index >= 0 && index < fromPx)).toBe(true);
        for (let i = 0; i < toPx; i++) {
          const sum = weights.subarray(i * taps, (i + 1) * taps).reduce((total, weight) => total + weight, 0);
          expect(Math.abs(sum - 1)).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('does not change an image of the same size', () => {
    const size = { width: 9, height: 7 };
    const image = imageOf(size);
    expect(largestDifference(resample(image, size, size, kernel), image)).toBeLessThan(1e-6);
  });

  test('treats a mirrored image like the image, and channels separately', () => {
    const from = { width: 9, height: 6 };
    const to = { width: 15, height: 4 };
    const image = imageOf(from);
    const both = new Float32Array(2 * image.length);
    image.forEach((value, index) => {
      both[2 * index] = value;
      const x = index % from.width;
      both[2 * index + 1] = image[index - x + from.width - 1 - x]!;
    });
    const alone = resample(image, from, to, kernel);
    const made = resample(both, from, to, kernel, 2);
    const mirrored = alone.map((_, index) => {
      const x = index % to.width;
      return alone[index - x + to.width - 1 - x]!;
    });
    expect(
      largestDifference(
        made.filter((_, index) => index % 2 === 0),
        alone,
      ),
    ).toBeLessThan(1e-6);
    // Only at a whole ratio: nearest picks the right one of two equally near samples.
    if (kernel !== 'nearest')
      expect(
        largestDifference(
          made.filter((_, index) => index % 2 === 1),
          mirrored,
        ),
      ).toBeLessThan(1e-5);
  });
});

test('nearest repeats pixels when it enlarges by a whole factor', () => {
  const from = { width: 3, height: 2 };
  const image = Float32Array.from([1, 2, 3, 4, 5, 6]);
  expect(resample(image, from, { width: 6, height: 4 }, 'nearest')).toEqual([
    ...[1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3],
    ...[4, 4, 5, 5, 6, 6, 4, 4, 5, 5, 6, 6],
  ]);
});

test('a very long image shrinks to one pixel', () => {
  const from = { width: 1, height: 60_000 };
  const image = new Float32Array(from.height).fill(0.25);
  const made = resample(image, from, { width: 1, height: 1 }, 'lanczos');
  expect(largestDifference(made, [0.25])).toBeLessThan(1e-4);
});
