import { describe, expect, test } from 'vitest';
import type { Size } from '../../../core/api/image.ts';
import { emptyTile, type FloatTile } from '../../../core/tiling/floatTile.ts';
import { keepFlatAreas } from '../../../core/tiling/keepFlatAreas.ts';
import { limitBorders } from '../../../core/tiling/limitBorders.ts';

const CONTEXT_PX = 9; // the colour is exact 8 px from a change, and the network's result is kept up to 3 px
const SCALE = 2;

/** A tile by a formula for its red plane; green and blue differ from it by constants. */
function tileOf({ width, height }: Size, level: (x: number, y: number) => number): FloatTile {
  const tile = emptyTile({ width, height });
  for (let plane = 0; plane < 3; plane++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) tile.data[(plane * height + y) * width + x] = level(x, y) + plane / 8;
  return tile;
}

/** The tile as a network might enlarge it: every value is off by a little. */
function offBy(source: FloatTile, error: number): FloatTile {
  const { width, height, data } = source;
  const size = { width: width * SCALE, height: height * SCALE };
  return tileOf(size, (x, y) => data[Math.floor(y / SCALE) * width + Math.floor(x / SCALE)]! + error);
}

/** The error that is left at a place of the source, in the blue plane. */
function errorAt(source: FloatTile, enlarged: FloatTile, x: number, y: number): number {
  const at = (tile: FloatTile, scale: number): number =>
    tile.data[(2 * tile.height + y * scale) * tile.width + x * scale]!;
  return Math.abs(at(enlarged, SCALE) - at(source, 1));
}

describe('areas of one colour', () => {
  test('a tile of one colour gets exactly that colour, up to its edges', () => {
    const source = tileOf({ width: 12, height: 9 }, () => 0.25);
    const enlarged = offBy(source, 0.01);
    keepFlatAreas(source, enlarged, CONTEXT_PX);
    for (let x = 0; x < 12; x++) expect(errorAt(source, enlarged, x, 0)).toBe(0);
  });

  test('the colour fades into the network’s result near a change, in any direction', () => {
    const source = tileOf({ width: 32, height: 32 }, (x, y) => (x === 16 && y === 16 ? 0.75 : 0.25));
    const enlarged = offBy(source, 0.01);
    keepFlatAreas(source, enlarged, CONTEXT_PX);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [1, 1],
      [-1, 1],
    ] as const) {
      const errors = Array.from({ length: 12 }, (_, step) =>
        errorAt(source, enlarged, 16 + dx * step, 16 + dy * step),
      );
      expect(errors[0]).toBeCloseTo(0.01, 5);
      expect(errors.every((error, step) => step === 0 || error <= errors[step - 1]! + 1e-6)).toBe(true);
      expect(errors[6]).toBeGreaterThan(0);
      expect(errors.slice(9)).toEqual([0, 0, 0]);
    }
  });

  test('a tile without a run of one colour is not changed', () => {
    const source = tileOf({ width: 16, height: 16 }, (x, y) => (x + 3 * y) / 100);
    const enlarged = offBy(source, 0.01);
    keepFlatAreas(source, enlarged, CONTEXT_PX);
    expect(enlarged.data).toEqual(offBy(source, 0.01).data);
  });
});

describe('borders of an image', () => {
  const NONE = { left: false, top: false, right: false, bottom: false };
  const source = tileOf({ width: 16, height: 16 }, () => 0.5);

  test.each([
    ['left', (x: number) => x < 4],
    ['right', (x: number) => x >= 12],
    ['top', (_x: number, y: number) => y < 4],
    ['bottom', (_x: number, y: number) => y >= 12],
  ] as const)(
    'a tint at the %s border is limited to two steps of 8 bit, and nothing else is',
    (side, isNear) => {
      const enlarged = offBy(source, 0.1);
      limitBorders(source, enlarged, { ...NONE, [side]: true }, CONTEXT_PX);
      for (let y = 0; y < 16; y++)
        for (let x = 0; x < 16; x++)
          expect(errorAt(source, enlarged, x, y)).toBeCloseTo(isNear(x, y) ? 2 / 255 : 0.1, 5);
    },
  );

  test('nothing changes for a network that sees less than the zone, so that tiles agree', () => {
    const enlarged = offBy(source, 0.1);
    limitBorders(source, enlarged, { ...NONE, left: true, top: true }, 3);
    expect(enlarged.data).toEqual(offBy(source, 0.1).data);
  });
});
