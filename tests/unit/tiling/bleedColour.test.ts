import { describe, expect, test } from 'vitest';
import type { Raster } from '../../../core/api/image.ts';
import { bleedColour } from '../../../core/tiling/bleedColour.ts';

/** RGBA by a formula, 8 bit. */
function rgba(width: number, height: number, pixelAt: (x: number, y: number) => readonly number[]): Raster {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(pixelAt(x, y), (y * width + x) * 4);
  }
  return { width, height, channels: 4, data };
}

function pixel({ data, channels, width }: Raster, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)];
}

describe('colour beneath transparency', () => {
  test('becomes that of nearby visible pixels, and stays transparent', () => {
    const raster = rgba(9, 9, (x, y) => (x === 4 && y === 4 ? [10, 20, 30, 255] : [255, 0, 255, 0]));
    bleedColour(raster);
    for (let y = 0; y < 9; y++) {
      for (let x = 0; x < 9; x++) {
        expect(pixel(raster, x, y)).toEqual([10, 20, 30, x === 4 && y === 4 ? 255 : 0]);
      }
    }
  });

  test('is the mean of several nearby visible pixels', () => {
    const raster = rgba(
      3,
      1,
      (x) =>
        [
          [100, 0, 0, 255],
          [255, 255, 255, 0],
          [0, 50, 0, 1],
        ][x]!,
    );
    bleedColour(raster);
    expect(pixel(raster, 1, 0)).toEqual([50, 25, 0, 0]);
  });

  test('does not change far from visible pixels, or in images without any', () => {
    const far = rgba(100, 1, (x) => (x === 0 ? [10, 20, 30, 255] : [255, 0, 255, 0]));
    bleedColour(far);
    expect([pixel(far, 20, 0), pixel(far, 99, 0)]).toEqual([
      [10, 20, 30, 0],
      [255, 0, 255, 0],
    ]);
    const hidden = rgba(3, 3, () => [255, 0, 255, 0]);
    bleedColour(hidden);
    expect(pixel(hidden, 1, 1)).toEqual([255, 0, 255, 0]);
  });
});

test('visible pixels never change, no matter how faint', () => {
  const raster = rgba(16, 16, (x, y) => [x * 15, y * 15, 99, (x * 7 + y * 3) % 5 === 0 ? 0 : 1 + x]);
  const before = raster.data.slice();
  bleedColour(raster);
  for (let i = 0; i < before.length; i += 4) {
    if (before[i + 3] !== 0) expect(raster.data.subarray(i, i + 4)).toEqual(before.subarray(i, i + 4));
    expect(raster.data[i + 3]).toBe(before[i + 3]);
  }
});

test('grey with alpha in 16 bit is treated alike, and images without alpha are not changed', () => {
  const grey: Raster = { width: 2, height: 1, channels: 2, data: Uint16Array.from([5000, 65535, 60000, 0]) };
  bleedColour(grey);
  expect([...grey.data]).toEqual([5000, 65535, 5000, 0]);
  const plain: Raster = { width: 1, height: 1, channels: 3, data: Uint8Array.from([1, 2, 0]) };
  bleedColour(plain);
  expect([...plain.data]).toEqual([1, 2, 0]);
});
