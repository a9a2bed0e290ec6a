import { expect, test } from 'vitest';
import type { Raster } from '../../../core/api/image.ts';
import { sumOf, weightRows, writeColour } from '../../../core/tiling/wasm/rowKernels.ts';

/** Not a multiple of four, and longer than the piece that the module processes at once. */
const WIDTH = 2 * 4096 + 7;

/** Values from below black to above white, including the edge cases of rounding and clamping. */
function awkwardValues(length: number): Float32Array {
  const turning = [0, -0, 1, 0.5, -1e-9, 1.0000001, 127.5 / 255, 1e-40, -3, 7, NaN, Infinity, -Infinity];
  let seed = 1;
  return Float32Array.from({ length }, (_, index) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    // Every second one is as close to halfway between two steps as a float can be.
    const step =
      index % 2 === 0 ? (Math.floor((seed / 2 ** 32) * 255) + 0.5) / 255 : (seed / 2 ** 32) * 1.1 - 0.05;
    return turning[index % 97] ?? step;
  });
}

function clamped(value: number, peak: number): number {
  return Number.isNaN(value) ? 0 : Math.floor(Math.min(Math.max(value * peak, 0), peak) + 0.5);
}

test.each([
  { channels: 3, data: new Uint8Array(3 * WIDTH + 6), peak: 255 },
  { channels: 4, data: new Uint8Array(4 * WIDTH + 8), peak: 255 },
  { channels: 3, data: new Uint16Array(3 * WIDTH + 6), peak: 65535 },
] as const)(
  '$channels channels up to $peak are rounded and clamped as in JavaScript',
  ({ channels, data, peak }) => {
    const planeLength = WIDTH + 5;
    const planes = { data: awkwardValues(3 * planeLength), planeLength };
    const untouched = 77;
    data.fill(untouched);
    const strip: Raster = { width: WIDTH + 2, height: 1, channels, data };
    writeColour(planes, strip, { source: 2, target: channels, count: WIDTH });
    const expected = Array.from({ length: data.length }, (_, index) => {
      const [pixel, channel] = [Math.floor(index / channels) - 1, index % channels];
      const isColour = channel < 3 && pixel >= 0 && pixel < WIDTH;
      return isColour ? clamped(planes.data[channel * planeLength + 2 + pixel]!, peak) : untouched;
    });
    expect(data.findIndex((sample, index) => sample !== expected[index])).toBe(-1);
  },
);

test.each([0, 1, 3, 4, 5, 3 * 4096, 3 * 4096 + 1, 40_003])(
  '%d values are summed in double precision',
  (length) => {
    const values = Float32Array.from({ length }, (_, index) => Math.sin(index) + 1e-7 * index);
    const sums = [0, 0, 0, 0];
    const whole = length - (length % 4);
    values.forEach((value, index) => (sums[index < whole ? index % 4 : 0]! += value));
    expect(sumOf(values)).toBe(sums[0]! + sums[1]! + sums[2]! + sums[3]!);
  },
);

test.each([NaN, Infinity, -Infinity])('a single %d among many values makes their sum not finite', (value) => {
  const values = new Float32Array(10_001).fill(0.5);
  for (const index of [0, 5_002, 10_000]) {
    const spoiled = values.slice();
    spoiled[index] = value;
    expect(sumOf(spoiled)).toBe(value);
  }
});

test.each([1, 3, 4, 16, 18])('%d rows of bytes are weighted in double precision', (count) => {
  const width = 4096 + 5;
  const rows = Array.from({ length: count }, (_, row) =>
    Uint8Array.from({ length: width }, (__, x) => Math.imul(x + 1, 2_654_435_761 + row) >>> 24),
  );
  const weights = Float64Array.from({ length: count }, (_, row) => Math.sin(row + 1) / 3);
  const expected = Float64Array.from({ length: width }, (_, x) =>
    rows.reduce((sum, row, index) => sum + weights[index]! * row[x]!, 0),
  );
  const into = new Float64Array(width).fill(9);
  weightRows(rows, weights, into);
  expect(into).toEqual(expected);
});
