import { expect, test } from 'vitest';
import type { Device } from '../../../core/engine/engine.ts';
import { loadedNetwork, type NetworkRunner } from '../../../core/engine/networkRun.ts';
import { modelManifestSchema } from '../../../core/models/manifest.ts';
import {
  cutTile,
  emptyTile,
  pasteTile,
  TILE_CHANNELS,
  type FloatTile,
} from '../../../core/tiling/floatTile.ts';
import { planTiles } from '../../../core/tiling/planTiles.ts';
import { nearestNetwork, sampleManifest } from '../../support/nearestNetwork.ts';

const DEVICE: Device = { id: 'test:cpu', engine: 'onnx', provider: 'cpu', name: 'Test', kind: 'cpu' };
const TILING = { contextPx: 1, blendPx: 0, multiplePx: 2 };

/** Every pixel becomes the mean of its block of 2 × 2 pixels: it matters where blocks begin. */
function averageBlocks(tile: FloatTile): FloatTile {
  if (tile.width % 2 !== 0 || tile.height % 2 !== 0) throw new RangeError('Only whole blocks can be folded.');
  const data = tile.data.map((_, at) => {
    const x = at % tile.width;
    const row = (at - x) / tile.width;
    const corner = (row - (row % 2)) * tile.width + x - (x % 2);
    const sum = [0, 1, tile.width, tile.width + 1].reduce(
      (total, step) => total + (tile.data[corner + step] ?? 0),
      0,
    );
    return sum / 4;
  });
  return { ...tile, data };
}

const manifest = modelManifestSchema.parse(
  sampleManifest('blocks', 1, nearestNetwork(1), { tiling: TILING }),
);
const runner: NetworkRunner = {
  manifest,
  run: (tiles) => Promise.resolve(tiles.map(averageBlocks)),
  release: () => Promise.resolve(),
};

function noise(width: number, height: number): FloatTile {
  const data = Float32Array.from({ length: TILE_CHANNELS * width * height }, (_, at) => (at * 7919) % 251);
  return { width, height, data };
}

test.each([
  { width: 64, height: 48 },
  { width: 65, height: 47 },
  { width: 1, height: 9 },
])(
  'a network that folds pixels returns the same for tiles of $width × $height as for the whole',
  async (size) => {
    const model = await loadedNetwork(DEVICE, runner);
    const image = noise(size.width, size.height);
    const whole = await model.enlargeTile(image);
    const { columns, rows } = planTiles(size, { ...TILING, limit: { sidePx: 16 } });
    const joined = emptyTile(size);
    for (const row of rows) {
      for (const column of columns) {
        const window = { x: column.start, y: row.start, width: column.length, height: row.length };
        const made = await model.enlargeTile(cutTile(image, window));
        pasteTile(made, joined, {
          from: { x: column.keepStart - column.start, y: row.keepStart - row.start },
          to: { x: column.keepStart, y: row.keepStart },
          size: { width: column.keepEnd - column.keepStart, height: row.keepEnd - row.keepStart },
        });
      }
    }
    expect(joined).toEqual(whole);
  },
);
