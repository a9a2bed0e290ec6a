import { expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import type { LoadedModel } from '../../../core/engine/engine.ts';
import { interpolationModel } from '../../../core/engine/interpolation.ts';
import { chooseDevice, loadModel } from '../../../core/engine/registry.ts';
import { emptyTile, type FloatTile } from '../../../core/tiling/floatTile.ts';
import { enlargeTile } from '../../../core/worker/enlargeTile.ts';
import { largestDifference } from '../../support/images.ts';

const CONTEXT_PX = 2;
const TILING = { contextPx: CONTEXT_PX, blendPx: 0 };

const model = interpolationModel('bicubic', 2);
const whole = await loadModel(model, { device: chooseDevice(model, 'cpu'), threads: 1 });

/** A model that fails on tiles above a size, in some way, and is right on all others. */
function failingAbove(sidePx: number, fail: (tile: FloatTile) => FloatTile): LoadedModel & { runs: number } {
  const faulty = {
    ...whole,
    runs: 0,
    enlargeTile: (tile: FloatTile): Promise<FloatTile> => {
      faulty.runs++;
      return Math.max(tile.width, tile.height) > sidePx
        ? Promise.resolve().then(() => fail(tile))
        : whole.enlargeTile(tile);
    },
  };
  return faulty;
}

function outOfMemory(): never {
  throw new EnlargerError('engine/out-of-memory', 'No memory is left.');
}

function black(tile: FloatTile): FloatTile {
  return emptyTile({ width: tile.width * 2, height: tile.height * 2 });
}

function slopeTile(width: number, height: number): FloatTile {
  const tile = emptyTile({ width, height });
  for (let i = 0; i < tile.data.length; i++) tile.data[i] = ((i * 37) % 101) / 100;
  return tile;
}

test.each([
  { what: 'runs out of memory', fail: outOfMemory },
  { what: 'gives black', fail: black },
  {
    what: 'gives NaN',
    fail: (tile: FloatTile): FloatTile => ({ ...black(tile), data: black(tile).data.fill(NaN) }),
  },
])('a tile on which the model $what is enlarged in pieces, with the same result', async ({ fail }) => {
  const tile = slopeTile(300, 130);
  const { tile: made, repaired } = await enlargeTile(failingAbove(100, fail), tile, TILING);
  expect(repaired).toBe(true);
  expect(largestDifference(made.data, (await whole.enlargeTile(tile)).data)).toBeLessThan(1e-6);
});

test('a good tile is enlarged once', async () => {
  const faulty = failingAbove(1000, outOfMemory);
  expect((await enlargeTile(faulty, slopeTile(70, 20), TILING)).repaired).toBe(false);
  expect(faulty.runs).toBe(1);
});

test.each([
  { contextPx: 2, width: 300, height: 200 },
  { contextPx: 18, width: 190, height: 190 },
  // More context than tile: pieces would be as large as the whole.
  { contextPx: 40, width: 150, height: 150 },
  { contextPx: 64, width: 240, height: 130 },
])(
  'a model that is always wrong is given up, with $contextPx px of context',
  async ({ contextPx, ...size }) => {
    const faulty = failingAbove(0, (tile) => {
      if (faulty.runs > 100) throw new Error('It never gives up.');
      return black(tile);
    });
    const failure = enlargeTile(faulty, slopeTile(size.width, size.height), { contextPx, blendPx: 0 });
    await expect(failure).rejects.toMatchObject({
      code: 'engine/bad-output',
      details: { fault: 'one-colour' },
    });
  },
);

test('failures that do not depend on the size are not tried again', async () => {
  const faulty = failingAbove(0, () => {
    throw new EnlargerError('engine/run-failed', 'The network failed.');
  });
  await expect(enlargeTile(faulty, slopeTile(300, 300), TILING)).rejects.toMatchObject({
    code: 'engine/run-failed',
  });
  expect(faulty.runs).toBe(1);
});
