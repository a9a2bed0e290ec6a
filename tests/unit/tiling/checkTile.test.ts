import { expect, test } from 'vitest';
import { checkTile } from '../../../core/tiling/checkTile.ts';
import { emptyTile, type FloatTile } from '../../../core/tiling/floatTile.ts';

const SIDE_PX = 9;

/** A tile by a formula for its values; an odd side, so that no loop ends evenly. */
function tileOf(valueAt: (x: number, y: number, plane: number) => number): FloatTile {
  const tile = emptyTile({ width: SIDE_PX, height: SIDE_PX });
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < SIDE_PX; y++) {
      for (let x = 0; x < SIDE_PX; x++) {
        tile.data[(plane * SIDE_PX + y) * SIDE_PX + x] = valueAt(x, y, plane);
      }
    }
  }
  return tile;
}

function withValue(tile: FloatTile, index: number, value: number): FloatTile {
  const data = tile.data.slice();
  data[index] = value;
  return { ...tile, data };
}

const slope = tileOf((x, y) => (x + y) / 20);
const chequer = tileOf((x, y) => (x + y) % 2);
const flat = tileOf(() => 0.4);
const last = slope.data.length - 1;

test.each([
  { what: 'itself', input: slope, output: slope, fault: undefined },
  { what: 'an unchanged one-pixel checkerboard', input: chequer, output: chequer, fault: undefined },
  { what: 'a flat tile for a flat one', input: flat, output: flat, fault: undefined },
  {
    what: 'a flat tile for one with less than two steps of contrast',
    input: tileOf((x) => 0.4 + (x % 2) / 255),
    output: flat,
    fault: undefined,
  },
  {
    what: 'a ripple that leaves the range',
    input: chequer,
    output: tileOf((x, y) => ((x + y) % 2) * 1.4 - 0.2),
    fault: undefined,
  },
  { what: 'NaN first', input: slope, output: withValue(slope, 0, NaN), fault: 'not-a-number' },
  { what: 'NaN last', input: slope, output: withValue(slope, last, NaN), fault: 'not-a-number' },
  {
    what: 'NaN between planes',
    input: slope,
    output: withValue(slope, SIDE_PX ** 2, NaN),
    fault: 'not-a-number',
  },
  { what: 'infinity', input: slope, output: withValue(slope, 5, Infinity), fault: 'not-a-number' },
  {
    what: 'two infinities that cancel out',
    input: slope,
    output: withValue(withValue(slope, 5, Infinity), 9, -Infinity),
    fault: 'not-a-number',
  },
  { what: 'black for a slope', input: slope, output: tileOf(() => 0), fault: 'one-colour' },
  { what: 'one grey for a slope', input: slope, output: flat, fault: 'one-colour' },
  {
    what: 'one colour for a slope in blue only',
    input: tileOf((x, _, plane) => (plane === 2 ? x / 10 : 0.5)),
    output: tileOf((_x, _y, plane) => [0.5, 0.5, 0.4][plane]!),
    fault: 'one-colour',
  },
  {
    what: 'a shift of one channel',
    input: slope,
    output: tileOf((x, y, plane) => (x + y) / 20 + (plane === 1 ? 0.2 : 0)),
    fault: 'mean-drift',
  },
  { what: 'a negative', input: slope, output: tileOf((x, y) => 1 - (x + y) / 20), fault: 'mean-drift' },
])('$what is judged as $fault', ({ input, output, fault }) => {
  expect(checkTile(input, output)).toBe(fault);
});
