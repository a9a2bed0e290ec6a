import type { PlaneView } from './planeView.ts';

/**
 * Rows to sample from a picture that is too large to measure whole: bands of equal height, spread evenly from the top
 * row to the bottom row.
 *
 * @param bandPx Height of a band; bands start at multiples of `alignPx`.
 * @param maxRows How many rows at most, rounded to whole bands, at least one band.
 * @returns Row numbers in rising order; all rows when there are no more than `maxRows`.
 */
export function spreadRows(
  height: number,
  {
    bandPx,
    maxRows,
    alignPx,
  }: { readonly bandPx: number; readonly maxRows: number; readonly alignPx: number },
): readonly number[] {
  if (height <= Math.max(maxRows, bandPx)) return Array.from({ length: height }, (_, y) => y);
  const bands = Math.max(1, Math.floor(maxRows / bandPx));
  const lastStart = height - bandPx;
  return Array.from({ length: bands }, (_, band) => {
    const wanted = bands === 1 ? lastStart / 2 : (band * lastStart) / (bands - 1);
    return Math.floor(wanted / alignPx) * alignPx;
  }).flatMap((start) => Array.from({ length: bandPx }, (_, offset) => start + offset));
}

/** A view of some rows of a plane, in the order given. */
export function selectedRows(plane: PlaneView, rows: readonly number[]): PlaneView {
  return {
    width: plane.width,
    height: rows.length,
    readRow: (y, into) => {
      const row = rows[y];
      if (row === undefined) throw new RangeError(`row ${y} is outside the ${rows.length} selected ones`);
      plane.readRow(row, into);
    },
  };
}
