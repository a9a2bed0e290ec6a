import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { blockiness } from '../../../core/quality/estimates/blockiness.ts';
import { blur } from '../../../core/quality/estimates/blur.ts';
import { noise } from '../../../core/quality/estimates/noise.ts';
import {
  constantPlane,
  planeView,
  sampleAt,
  type PlaneView,
} from '../../../core/quality/planes/planeView.ts';
import { powerSpectrum } from '../../../core/quality/judging/powerSpectrum.ts';
import { resizedPlane } from '../../../core/quality/planes/resizedPlane.ts';

const planeSchema = z.object({ width: z.number(), height: z.number(), samples: z.string() });
const goldenSchema = planeSchema.extend({
  noise: z.number(),
  blur: z.number(),
  blockiness: z.number(),
  resized: z.array(planeSchema),
  spectrum: z.string(),
});

const golden = goldenSchema.parse(
  JSON.parse(readFileSync(new URL('../../fixtures/quality/estimates.json', import.meta.url), 'utf8')),
);

function unpackSamples(packed: string): Float32Array {
  const bytes = inflateSync(Buffer.from(packed, 'base64'));
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}

function unpackPlane({ width, height, samples }: z.infer<typeof planeSchema>): PlaneView {
  return planeView({ width, height }, unpackSamples(samples));
}

function rowsOf(plane: PlaneView): readonly Float64Array[] {
  return Array.from({ length: plane.height }, (_, y) => {
    const row = new Float64Array(plane.width);
    plane.readRow(y, row);
    return row;
  });
}

/** The largest difference of two planes, not counting `marginPx` on each side. */
function largestDifference(first: PlaneView, second: PlaneView, marginPx: number): number {
  const others = rowsOf(second);
  const isInside = (index: number, length: number): boolean => index >= marginPx && index < length - marginPx;
  const differences = rowsOf(first).flatMap((row, y) =>
    isInside(y, first.height)
      ? Array.from(row, (sample, x) =>
          isInside(x, first.width) ? Math.abs(sample - (others[y]?.[x] ?? Number.NaN)) : 0,
        )
      : [],
  );
  return Math.max(...differences);
}

const image = unpackPlane(golden);

describe('estimates of an image without a reference equal those of numpy', () => {
  test.each([
    { name: 'noise', measured: noise(image), expected: golden.noise },
    { name: 'blur', measured: blur(image), expected: golden.blur },
    { name: 'blockiness', measured: blockiness(image, 8), expected: golden.blockiness },
  ])('$name', ({ measured, expected }) => {
    expect(measured).toBeCloseTo(expected, 4);
  });

  test('power spectrum', () => {
    const block = new Float64Array(256);
    rowsOf(image)
      .slice(0, 16)
      .forEach((row, y) => block.set(row.subarray(0, 16), 16 * y));
    const expected = unpackSamples(golden.spectrum);
    const power = powerSpectrum(16)(block);
    const errors = Array.from(expected, (value, index) => Math.abs(value - sampleAt(power, index)));
    expect(Math.max(...errors) / Math.max(...expected)).toBeLessThan(1e-6);
  });

  test('an image of one colour is sharp, clean and without blocks', () => {
    const flat = constantPlane({ width: 20, height: 20 }, 77);
    expect([noise(flat), blur(flat), blockiness(flat, 8)]).toEqual([0, 0, 1]);
  });
});

describe('resizedPlane', () => {
  test.each(golden.resized)('equals Pillow inside, in $width × $height', (expected) => {
    // Pillow leaves out taps beyond the edge, while imresize mirrors them.
    const marginPx = Math.ceil(
      2 * Math.max(1, expected.width / golden.width, expected.height / golden.height),
    );
    expect(largestDifference(resizedPlane(image, expected), unpackPlane(expected), marginPx)).toBeLessThan(
      1e-3,
    );
  });

  test('keeps an image of one colour unchanged, up to the edges and down to one pixel', () => {
    for (const size of [
      { width: 1, height: 1 },
      { width: 5, height: 3 },
      { width: 70, height: 33 },
    ]) {
      const resized = resizedPlane(constantPlane({ width: 13, height: 2 }, 200), size);
      expect(largestDifference(resized, constantPlane(size, 200), 0)).toBeLessThan(1e-9);
    }
  });

  test('gives the same rows in any order of reading', () => {
    const resized = resizedPlane(image, { width: 12, height: 10 });
    const inOrder = rowsOf(resized);
    const row = new Float64Array(12);
    for (const y of [9, 0, 5, 4, 3]) {
      resized.readRow(y, row);
      expect(row).toEqual(inOrder[y]);
    }
  });
});
