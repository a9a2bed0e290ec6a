import { TILE_CHANNELS, type FloatTile } from './floatTile.ts';
import { sumOf } from './wasm/rowKernels.ts';

/** A fault of an enlarged tile. */
export type TileFault = 'not-a-number' | 'one-colour' | 'mean-drift';

/**
 * Largest shift of a channel's mean that a faithful enlargement may have, in full scale. The shipped networks stay
 * below 0.02 on the hardest patterns (docs/models.md); others have reached 0.085 on a one-pixel checkerboard.
 */
const MAX_MEAN_DRIFT = 0.15;

/** Contrast of the input, in full scale, above which an output of one colour is a fault: two steps of 8 bit. */
const MIN_CONTRAST = 2 / 255;

/** NaN or infinite if a single value is. */
function planeMean(tile: FloatTile, plane: number): number {
  const size = tile.width * tile.height;
  return sumOf(tile.data.subarray(plane * size, (plane + 1) * size)) / size;
}

/** Whether a plane's values differ by more than a step somewhere; ends at the first that does. */
function hasContrast(tile: FloatTile, plane: number, step: number): boolean {
  const { data } = tile;
  const size = tile.width * tile.height;
  const first = data[plane * size]!;
  for (let i = plane * size; i < (plane + 1) * size; i++) {
    if (Math.abs(data[i]! - first) > step) return true;
  }
  return false;
}

const PLANES = Array.from({ length: TILE_CHANNELS }, (_, plane) => plane);

/** The largest change of a channel's mean, in full scale; NaN if a value is NaN or infinite. */
export function meanDrift(input: FloatTile, output: FloatTile): number {
  const drifts = PLANES.map((plane) => Math.abs(planeMean(output, plane) - planeMean(input, plane)));
  return Math.max(...drifts);
}

/**
 * Compares an enlarged tile with the tile it came from.
 *
 * @returns The first fault found, or undefined for a tile that may be used.
 */
export function checkTile(input: FloatTile, output: FloatTile): TileFault | undefined {
  const drift = meanDrift(input, output);
  if (!Number.isFinite(drift)) return 'not-a-number';
  const wentFlat =
    !PLANES.some((plane) => hasContrast(output, plane, MIN_CONTRAST / 4)) &&
    PLANES.some((plane) => hasContrast(input, plane, MIN_CONTRAST));
  if (wentFlat) return 'one-colour';
  return drift > MAX_MEAN_DRIFT ? 'mean-drift' : undefined;
}
