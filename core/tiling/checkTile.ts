import { TILE_CHANNELS, type FloatTile } from './floatTile.ts';

/** What is wrong with an enlarged tile. */
export type TileFault = 'not-a-number' | 'one-colour' | 'mean-drift';

/**
 * Largest shift of a channel's mean that a faithful enlargement may have, in full scale. Found on real pictures, line
 * art and noise: the shipped networks stay below 0.02 (docs/models.md).
 */
export const MAX_MEAN_DRIFT = 0.06;

/** Contrast of the input, in full scale, above which an output of one colour is a fault: two steps of 8 bit. */
const MIN_CONTRAST = 2 / 255;

interface PlaneStatistics {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

function statisticsOf(tile: FloatTile, plane: number): PlaneStatistics {
  const { data } = tile;
  const size = tile.width * tile.height;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let i = plane * size; i < (plane + 1) * size; i++) {
    const value = data[i] ?? 0;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  // One NaN or infinity anywhere makes the sum one.
  return { mean: sum / size, min, max };
}

/**
 * Compares an enlarged tile with the tile it came from.
 *
 * @returns The first fault found, or undefined for a tile that may be used.
 */
export function checkTile(input: FloatTile, output: FloatTile): TileFault | undefined {
  let contrastIn = 0;
  let contrastOut = 0;
  let drift = 0;
  for (let plane = 0; plane < TILE_CHANNELS; plane++) {
    const before = statisticsOf(input, plane);
    const after = statisticsOf(output, plane);
    if (!Number.isFinite(after.mean)) return 'not-a-number';
    contrastIn = Math.max(contrastIn, before.max - before.min);
    contrastOut = Math.max(contrastOut, after.max - after.min);
    drift = Math.max(drift, Math.abs(after.mean - before.mean));
  }
  if (contrastIn > MIN_CONTRAST && contrastOut < MIN_CONTRAST / 2) return 'one-colour';
  return drift > MAX_MEAN_DRIFT ? 'mean-drift' : undefined;
}
