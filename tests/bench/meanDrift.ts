/**
 * @file Measures how far the mean of a tile moves when a network enlarges it: the ground of `MAX_MEAN_DRIFT`. Takes
 * the middle 64 × 64 pixels of each image of a folder, and patterns of its own that are hard for any network.
 *
 * Usage: node dist/tests/bench/meanDrift.js FOLDER…
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Raster } from '../../core/api/image.ts';
import { networkModel } from '../../core/engine/engine.ts';
import { chooseDevice, loadModel } from '../../core/engine/registry.ts';
import { readModelRegistry } from '../../core/models/modelRegistry.ts';
import { meanDrift } from '../../core/tiling/checkTile.ts';
import type { FloatTile } from '../../core/tiling/floatTile.ts';
import { packTile } from '../../core/tiling/packTile.ts';

const SIDE_PX = 64;
const MODELS = fileURLToPath(new URL('../../../resources/models', import.meta.url));

function tileOf(raster: Raster): FloatTile {
  return packTile(raster, { x: 0, y: 0, width: SIDE_PX, height: SIDE_PX }, 'colour');
}

function pattern(isWhite: (x: number, y: number) => boolean): FloatTile {
  const data = new Uint8Array(SIDE_PX * SIDE_PX);
  for (let i = 0; i < data.length; i++) data[i] = isWhite(i % SIDE_PX, Math.floor(i / SIDE_PX)) ? 255 : 0;
  return tileOf({ width: SIDE_PX, height: SIDE_PX, channels: 1, data });
}

async function tilesOfFolder(folder: string): Promise<FloatTile[]> {
  const tiles: FloatTile[] = [];
  for (const name of readdirSync(folder).sort()) {
    const data = await sharp(path.join(folder, name))
      .resize(SIDE_PX, SIDE_PX, { fit: 'cover', kernel: 'nearest', withoutReduction: true })
      .extract({ left: 0, top: 0, width: SIDE_PX, height: SIDE_PX })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    tiles.push(tileOf({ width: SIDE_PX, height: SIDE_PX, channels: 3, data }));
  }
  return tiles;
}

const contents: [string, FloatTile[]][] = [
  ['stripes of one pixel', [pattern((x) => x % 2 === 0), pattern((_, y) => y % 2 === 0)]],
  ['chequers of one pixel', [pattern((x, y) => (x + y) % 2 === 0)]],
  ['chequers of two pixels', [pattern((x, y) => (Math.floor(x / 2) + Math.floor(y / 2)) % 2 === 0)]],
];
for (const folder of process.argv.slice(2))
  contents.push([path.basename(folder), await tilesOfFolder(folder)]);
for (const installed of await readModelRegistry(MODELS)) {
  const model = networkModel(installed);
  const loaded = await loadModel(model, { device: chooseDevice(model, 'cpu'), threads: 2 });
  for (const [name, tiles] of contents) {
    let worst = 0;
    for (const tile of tiles) worst = Math.max(worst, meanDrift(tile, await loaded.enlargeTile(tile)));
    process.stdout.write(`${model.id}  ${name} (${tiles.length})  ${worst.toFixed(3)}\n`);
  }
  await loaded.dispose();
}
