import type { Rect } from '../../api/image.ts';
import type { PlanePair } from '../planes/pairPlanes.ts';
import type { PlaneView } from '../planes/planeView.ts';
import { addSpan, noSums, solve, type GradientSums, type Move } from './gradientSums.ts';
import { tileCount, tileRects } from './tileRects.ts';

/** How far the content of one square of an output has moved. */
export interface TileDisplacement extends Move {
  readonly rect: Rect;
}

/**
 * Estimates the move of every square from its error, by least squares over all its pixels. Blur and missing detail are
 * not mistaken for a move, because they change both sides of an edge equally.
 *
 * @param reference The whole image.
 * @param output Some rows of the output, in the reference's size.
 * @param rows Which rows those are.
 */
export function tileDisplacements(
  reference: PlaneView,
  output: PlaneView,
  tilePx: number,
  rows: readonly number[],
): readonly TileDisplacement[] {
  const rects = tileRects(reference, tilePx);
  const sums = rects.map(noSums);
  addPlane(sums, { reference, output }, tilePx, rows);
  return rects.map((rect, index) => {
    const tile = sums[index];
    return tile === undefined ? { rect, x: 0, y: 0, explained: 0 } : { rect, ...solve(tile) };
  });
}

function addPlane(
  sums: readonly GradientSums[],
  { reference, output }: PlanePair,
  tilePx: number,
  sampledRows: readonly number[],
): void {
  const { width, height } = reference;
  const columns = tileCount(width, tilePx);
  const rows = tileCount(height, tilePx);
  const row = (): Float64Array => new Float64Array(width);
  const [above, here, below, outputRow] = [row(), row(), row(), row()];
  for (const [index, y] of sampledRows.entries()) {
    if (y < 1 || y + 1 >= height) continue;
    reference.readRow(y - 1, above);
    reference.readRow(y, here);
    reference.readRow(y + 1, below);
    output.readRow(index, outputRow);
    const firstTile = Math.min(rows - 1, Math.floor(y / tilePx)) * columns;
    for (let column = 0; column < columns; column++) {
      const tile = sums[firstTile + column];
      const from = Math.max(1, column * tilePx);
      const to = column === columns - 1 ? width - 1 : Math.min((column + 1) * tilePx, width - 1);
      if (tile !== undefined) addSpan(tile, { above, here, below, outputRow, from, to });
    }
  }
}
