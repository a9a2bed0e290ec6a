import { expect, test } from 'vitest';
import { emptyTile, type FloatTile } from '../../../core/tiling/floatTile.ts';
import { limitRipple } from '../../../core/tiling/mergePremultiplied.ts';

/** One row of samples, the same in each plane. */
function row(...samples: readonly number[]): FloatTile {
  const tile = emptyTile({ width: samples.length, height: 1 });
  tile.data.set([...samples, ...samples, ...samples]);
  return tile;
}

/** The same as an enlargement by two: two rows. */
function enlargedRow(...samples: readonly number[]): FloatTile {
  const tile = emptyTile({ width: samples.length, height: 2 });
  for (let copy = 0; copy < 6; copy++) tile.data.set(samples, copy * samples.length);
  return tile;
}

const SOURCE = row(0.2, 0.2, 0.25, 1, 1);
const RIPPLES = enlargedRow(0.2, 0.2, 0.3, 0.1, 0.15, 0.6, 0.9, 1.1, 1, 1);

test('on borders between layers, a result is limited to the range of the samples next to a pixel', () => {
  const tile = enlargedRow(...RIPPLES.data.subarray(0, 10));
  limitRipple(SOURCE, tile, Float32Array.of(1, 1, 1, 1, 1));
  const wanted = enlargedRow(0.2, 0.2, 0.25, 0.2, 0.2, 0.6, 0.9, 1, 1, 1);
  tile.data.forEach((value, index) => {
    expect(value).toBeCloseTo(wanted.data[index]!, 6);
  });
});

test('elsewhere it stays', () => {
  const tile = enlargedRow(...RIPPLES.data.subarray(0, 10));
  limitRipple(SOURCE, tile, Float32Array.of(0, 0, 0, 0, 0));
  expect(tile.data).toEqual(RIPPLES.data);
});
