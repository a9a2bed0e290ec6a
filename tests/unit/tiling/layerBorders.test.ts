import { describe, expect, test } from 'vitest';
import type { Raster } from '../../../core/api/image.ts';
import { emptyTile, type FloatTile } from '../../../core/tiling/floatTile.ts';
import { layerBorders } from '../../../core/tiling/layerBorders.ts';
import { mergePremultiplied } from '../../../core/tiling/mergePremultiplied.ts';
import { packTile } from '../../../core/tiling/packTile.ts';

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];

/** One row of 24 pixels. */
function rowOf(pixelAt: (x: number) => Pixel): Raster {
  const data = Uint8Array.from(Array.from({ length: 24 }, (_, x) => pixelAt(x)).flat());
  return { width: 24, height: 1, channels: 4, data };
}

const whole = { x: 0, y: 0, width: 24, height: 1 };
const CREAM = [240, 230, 210] as const;

describe('borders between layers', () => {
  test('are found where a shape meets its shadow, and fade around it', () => {
    const row = rowOf((x) => (x < 12 ? [...CREAM, 255] : [0, 0, 0, 50]));
    const weights = [...(layerBorders(row, whole) ?? [])];
    expect(weights.slice(6, 18)).toEqual([0, 0.5, 1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0]);
  });

  test.each([
    { what: 'a shape of one colour', pixelAt: (x: number): Pixel => [...CREAM, Math.max(0, 255 - 20 * x)] },
    { what: 'colours of one opacity', pixelAt: (x: number): Pixel => [x * 10, 255 - x * 10, 9, 128] },
    { what: 'invisible pixels', pixelAt: (x: number): Pixel => (x < 12 ? [...CREAM, 255] : [0, 0, 0, 0]) },
    {
      what: 'colours that were rounded at faint opacity',
      pixelAt: (x: number): Pixel => (x < 12 ? [...CREAM, 255] : [128, 255, 255, 1]),
    },
  ])('are absent in $what', ({ pixelAt }) => {
    expect(layerBorders(rowOf(pixelAt), whole)).toBeUndefined();
  });

  test('are the same for a part of the image', () => {
    const row = rowOf((x) => (x < 12 ? [...CREAM, 255] : [0, 0, 0, 50]));
    const all = layerBorders(row, whole);
    for (const part of [
      { x: 3, width: 8 },
      { x: 11, width: 5 },
      { x: 13, width: 6 },
    ]) {
      const weights = layerBorders(row, { ...whole, ...part });
      expect(weights).toEqual(all?.slice(part.x, part.x + part.width));
    }
  });

  test('are absent without alpha', () => {
    const raster: Raster = { width: 1, height: 1, channels: 3, data: Uint8Array.from([1, 2, 3]) };
    expect(layerBorders(raster, { x: 0, y: 0, width: 1, height: 1 })).toBeUndefined();
  });
});

function tileOf(value: number): FloatTile {
  const tile = emptyTile({ width: 2, height: 2 });
  tile.data.fill(value);
  return tile;
}

test.each([
  { weight: 0, premultiplied: 0.2, alpha: 0.5, gives: { colour: 0.9, alpha: 0.5 } },
  { weight: 1, premultiplied: 0.2, alpha: 0.5, gives: { colour: 0.4, alpha: 0.5 } },
  { weight: 0.5, premultiplied: 0.2, alpha: 0.5, gives: { colour: 0.65, alpha: 0.5 } },
  // More colour than the opacity allows, a ripple above full opacity, and one below black.
  { weight: 1, premultiplied: 0.6, alpha: 0.5, gives: { colour: 1, alpha: 0.5 } },
  { weight: 1, premultiplied: 0.99, alpha: 1.1, gives: { colour: 0.9, alpha: 1.1 } },
  { weight: 1, premultiplied: -0.1, alpha: 0.2, gives: { colour: 0, alpha: 0.3 } },
  { weight: 1, premultiplied: 0.2, alpha: 0, gives: { colour: 0.9, alpha: 0 } },
])(
  'with weight $weight $premultiplied of opacity $alpha gives $gives',
  ({ weight, premultiplied, alpha, gives }) => {
    const parts = { colour: tileOf(0.9), premultiplied: tileOf(premultiplied), alpha: tileOf(alpha) };
    mergePremultiplied(parts, Float32Array.of(weight), 2);
    for (const value of parts.colour.data) expect(value).toBeCloseTo(gives.colour, 5);
    for (const value of parts.alpha.data) expect(value).toBeCloseTo(gives.alpha, 5);
  },
);

test('premultiplied tiles contain colour times alpha, for grey as for colour', () => {
  const grey: Raster = { width: 2, height: 1, channels: 2, data: Uint8Array.from([255, 51, 102, 255]) };
  const { data } = packTile(grey, { x: 0, y: 0, width: 2, height: 1 }, 'premultiplied');
  expect([...data].map((value) => Math.round(value * 100))).toEqual([20, 40, 20, 40, 20, 40]);
});
