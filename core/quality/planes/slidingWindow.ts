import { weightedSum } from './weightedSum.ts';

/** Weighted means under a window that moves down a plane. */
export interface SlidingWindow {
  /** One mean for every window on the current row, from the left. */
  readonly means: Float64Array;
  /** Adds the next row. The means are complete once as many rows were added as the window is high. */
  readonly advance: () => void;
}

/**
 * A separable window over rows that are put into `samples` one after the other.
 *
 * @param samples Contains the row to add at every `advance`.
 * @param across Symmetric weights from left to right; windows are wholly inside the row.
 * @param down Symmetric weights from top to bottom.
 */
export function slidingWindow(
  samples: Float64Array,
  across: Float64Array,
  down: Float64Array,
): SlidingWindow {
  const columns = samples.length - across.length + 1;
  const means = new Float64Array(columns);
  const shifted = Array.from(across, (_tap, shift) => samples.subarray(shift));
  const newestLast = Array.from(down, () => new Float64Array(columns));
  return {
    means,
    advance: () => {
      const row = newestLast.shift() ?? new Float64Array(columns);
      weightedSum(shifted, across, row);
      newestLast.push(row);
      weightedSum(newestLast, down, means);
    },
  };
}
