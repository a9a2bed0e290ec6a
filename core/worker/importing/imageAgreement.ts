import { emptyTile, TILE_CHANNELS, type FloatTile } from '../../tiling/floatTile.ts';
import { resampleRows } from '../../tiling/resample.ts';

/** Bicubic interpolation of a tile by a whole factor: what an enlargement resembles. */
export function bicubicTile(tile: FloatTile, scale: number): FloatTile {
  if (scale === 1) return tile;
  const to = { width: tile.width * scale, height: tile.height * scale };
  const output = emptyTile(to);
  let target = 0;
  for (let plane = 0; plane < TILE_CHANNELS; plane++) {
    const source = plane * tile.width * tile.height;
    const rows = resampleRows({
      from: tile,
      to,
      channels: 1,
      kernel: 'bicubic',
      readRow: (y) => tile.data.subarray(source + y * tile.width, source + (y + 1) * tile.width),
    });
    for (const row of rows) {
      output.data.set(row, target);
      target += to.width;
    }
  }
  return output;
}

/** How far a network's output is from interpolation. */
export interface Agreement {
  /** Root mean square difference, in full scale; infinite if a value is NaN. */
  readonly rms: number;
  /** Whether it is nearer with red and blue exchanged. */
  readonly isReversed: boolean;
  /** Largest change of a channel's mean. */
  readonly meanDrift: number;
  /** Contrast of the output as a share of the interpolation's: 0 if it is one colour. */
  readonly contrast: number;
}

function planeOf({ data, width, height }: FloatTile, plane: number): Float32Array {
  return data.subarray(plane * width * height, (plane + 1) * width * height);
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: Float32Array): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function squaredDifference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

/** Compares a network's output with interpolation of the same size. */
export function agreement(answer: FloatTile, expected: FloatTile): Agreement {
  const difference = (order: readonly number[]): number => {
    const sums = order.map((plane, index) =>
      squaredDifference(planeOf(answer, plane), planeOf(expected, index)),
    );
    const rms = Math.sqrt(sums.reduce((sum, each) => sum + each, 0) / answer.data.length);
    return Number.isFinite(rms) ? rms : Infinity;
  };
  const [rms, reversed] = [difference([0, 1, 2]), difference([2, 1, 0])];
  // Only a clear difference counts: on grey the two orders are alike.
  const isReversed = reversed < 0.5 * rms;
  const order = isReversed ? [2, 1, 0] : [0, 1, 2];
  const drifts = order.map((plane, index) =>
    Math.abs(meanOf(planeOf(answer, plane)) - meanOf(planeOf(expected, index))),
  );
  return {
    rms: Math.min(rms, isReversed ? reversed : rms),
    isReversed,
    meanDrift: Math.max(...drifts),
    contrast: deviationOf(answer.data) / deviationOf(expected.data),
  };
}
