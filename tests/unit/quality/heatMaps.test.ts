import { describe, expect, test } from 'vitest';
import type { FloatImage } from '../../../core/api/image.ts';
import {
  differenceMap,
  dissimilarityMap,
  gainMap,
  type HeatMap,
} from '../../../core/quality/metrics/heatMaps.ts';
import { resizedImage, sceneImage } from './sceneImage.ts';

const image = sceneImage({ width: 64, height: 48 });

/** The image with a pattern on its right half. */
function changedRight(change: (x: number, y: number) => number): FloatImage {
  const data = image.data.map((sample, index) => {
    const x = index % 64;
    return x < 32 ? sample : sample + change(x, Math.floor(index / 64) % 48);
  });
  return { ...image, data };
}

/** Mean brightness of the left and of the right quarter: away from the line between them. */
function sidesOf({ width, height, data }: HeatMap): { left: number; right: number } {
  const mean = (from: number, to: number): number => {
    let sum = 0;
    for (let y = 0; y < height; y++) for (let x = from; x < to; x++) sum += data[y * width + x] ?? 0;
    return sum / (height * (to - from));
  };
  return { left: mean(0, width / 4), right: mean((3 * width) / 4, width) };
}

describe('heat maps are black without a difference and bright for a large one', () => {
  test('difference: a level more', () => {
    const sides = sidesOf(
      differenceMap(
        image,
        changedRight(() => 5),
      ),
    );
    expect(sides).toEqual({ left: 0, right: 60 });
  });

  test('structure: a grid, of the size of the image', () => {
    const map = dissimilarityMap(
      image,
      changedRight((x, y) => 30 * ((x + y) % 2)),
    );
    expect([map.width, map.height]).toEqual([64, 48]);
    const { left, right } = sidesOf(map);
    expect(left).toBeLessThan(1);
    expect(right).toBeGreaterThan(30);
  });

  test('gain: finer contrast than the bicubic enlargement has, in cells', () => {
    const map = gainMap(
      image,
      changedRight((x) => 20 * (x % 2)),
      { width: 16, height: 12 },
    );
    expect([map.width, map.height]).toEqual([16, 12]);
    const { left, right } = sidesOf(map);
    expect(left).toBe(0);
    expect(right).toBeGreaterThan(100);
  });

  test('images smaller than a window have maps, too', () => {
    const small = resizedImage(image, { width: 5, height: 1 });
    expect(sidesOf(dissimilarityMap(small, small))).toEqual({ left: 0, right: 0 });
    expect(differenceMap(small, small)).toEqual({ width: 5, height: 1, data: new Uint8Array(5) });
  });
});
