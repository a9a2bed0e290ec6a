import { EnlargerError } from '../api/errors.ts';
import type { Size } from '../api/image.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { extendTile } from '../tiling/extendTile.ts';
import type { ModelTiling } from '../tiling/planTiles.ts';
import { cutTile, TILE_CHANNELS, type FloatTile } from '../tiling/floatTile.ts';
import type { Device, LoadedModel } from './engine.ts';

/** Values of a batch of tiles of one shape, NCHW: the input and output of networks. */
export interface TileBatch {
  readonly data: Float32Array;
  readonly dims: readonly [count: number, channels: number, height: number, width: number];
}

/** Side of the tile that proves a network's scale: small enough to cost nothing. */
const DRY_RUN_PX = 8;

/** Joins tiles of one shape; a single tile is passed on as it is. */
export function joinTiles(tiles: readonly FloatTile[]): TileBatch {
  const [first] = tiles;
  if (first === undefined) throw new RangeError('A batch has at least one tile.');
  const { width, height } = first;
  if (tiles.some((tile) => tile.width !== width || tile.height !== height)) {
    throw new RangeError('The tiles of a batch have one shape.');
  }
  const dims = [tiles.length, TILE_CHANNELS, height, width] as const;
  if (tiles.length === 1) return { data: first.data, dims };
  const data = new Float32Array(tiles.length * first.data.length);
  for (const [index, tile] of tiles.entries()) data.set(tile.data, index * first.data.length);
  return { data, dims };
}

/**
 * Splits a network's output into tiles.
 *
 * @throws EnlargerError `engine/run-failed` if it is not a batch of images.
 */
export function splitTiles(
  values: unknown,
  dims: readonly number[],
  count: number,
  manifest: ModelManifest,
): FloatTile[] {
  const [batch, channels, height, width] = dims;
  const isBatch = batch === count && channels === TILE_CHANNELS && Boolean(height) && Boolean(width);
  if (!(values instanceof Float32Array) || !isBatch || height === undefined || width === undefined) {
    const message = `The network ${manifest.id} returned no image under the name "${manifest.output.name}".`;
    throw new EnlargerError('engine/run-failed', message, { model: manifest.id });
  }
  const size = TILE_CHANNELS * height * width;
  return Array.from({ length: count }, (_, index) => ({
    width,
    height,
    data: count === 1 ? values : values.subarray(index * size, (index + 1) * size),
  }));
}

/** @throws EnlargerError `model/wrong-scale`, or what the run throws. */
async function proveScale(
  run: (tile: FloatTile) => Promise<FloatTile>,
  manifest: ModelManifest,
): Promise<void> {
  const data = new Float32Array(TILE_CHANNELS * DRY_RUN_PX * DRY_RUN_PX).fill(0.5);
  const { width, height } = await run({ width: DRY_RUN_PX, height: DRY_RUN_PX, data });
  if (width !== DRY_RUN_PX * manifest.scale || height !== DRY_RUN_PX * manifest.scale) {
    throw new EnlargerError(
      'model/wrong-scale',
      `The model ${manifest.id} claims to enlarge ${manifest.scale} times, but made ` +
        `${width} × ${height} of ${DRY_RUN_PX} × ${DRY_RUN_PX} pixels.`,
      { model: manifest.id, scale: manifest.scale },
    );
  }
}

/** What an engine offers to run one network. */
export interface NetworkRunner {
  readonly manifest: ModelManifest;
  /** Runs a batch once. */
  run(tiles: readonly FloatTile[]): Promise<FloatTile[]>;
  release(): Promise<void>;
}

/** The sides of a network's input for a tile. */
function sidesFor(tile: Size, { multiplePx = 1, leastPx = 1, fixedPx }: ModelTiling): Size {
  if (fixedPx !== undefined) return fixedPx;
  const side = (lengthPx: number): number => Math.ceil(Math.max(lengthPx, leastPx) / multiplePx) * multiplePx;
  return { width: side(tile.width), height: side(tile.height) };
}

/** Runs a batch, with tiles extended to sides that the network accepts. */
async function runExtended(runner: NetworkRunner, tiles: readonly FloatTile[]): Promise<FloatTile[]> {
  const { scale, tiling } = runner.manifest;
  const extended = tiles.map((tile) => extendTile(tile, sidesFor(tile, tiling)));
  const enlarged = await runner.run(extended);
  return enlarged.map((result, index) => {
    const { width, height } = tiles[index] ?? result;
    const isWhole = tiles[index] === extended[index];
    return isWhole ? result : cutTile(result, { x: 0, y: 0, width: width * scale, height: height * scale });
  });
}

async function runOne(runner: NetworkRunner, tile: FloatTile): Promise<FloatTile> {
  const [enlarged] = await runExtended(runner, [tile]);
  if (enlarged === undefined) throw new TypeError('A batch of one gives one tile.');
  return enlarged;
}

/**
 * Proves a runner by its scale and makes it a loaded model; a runner that fails is released.
 *
 * @throws EnlargerError `model/wrong-scale`, or what the run throws.
 */
export async function loadedNetwork(device: Device, runner: NetworkRunner): Promise<LoadedModel> {
  const { manifest } = runner;
  try {
    await proveScale((tile) => runOne(runner, tile), manifest);
  } catch (error) {
    await runner.release();
    throw error;
  }
  return {
    scale: manifest.scale,
    device,
    enlargeTile: (tile) => runOne(runner, tile),
    enlargeTiles: (tiles) => runExtended(runner, tiles),
    dispose: () => runner.release(),
  };
}
