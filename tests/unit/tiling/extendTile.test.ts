import { expect, test } from 'vitest';
import { extendTile } from '../../../core/tiling/extendTile.ts';

function tileOf(width: number, height: number, plane: readonly number[]) {
  return { width, height, data: Float32Array.from([...plane, ...plane, ...plane]) };
}

test('a tile is extended to the right and downwards by repeating its edge', () => {
  const extended = extendTile(tileOf(3, 1, [1, 2, 3]), { width: 4, height: 2 });
  expect(extended).toEqual(tileOf(4, 2, [1, 2, 3, 3, 1, 2, 3, 3]));
});

test('only a side that is too short is extended', () => {
  expect(extendTile(tileOf(2, 3, [1, 2, 3, 4, 5, 6]), { width: 2, height: 4 })).toEqual(
    tileOf(2, 4, [1, 2, 3, 4, 5, 6, 5, 6]),
  );
});

test('a tile of the right size is passed on as it is', () => {
  const tile = tileOf(2, 2, [1, 2, 3, 4]);
  expect(extendTile(tile, { width: 2, height: 2 })).toBe(tile);
});
