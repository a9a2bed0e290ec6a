import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { tileCount, tileRects } from './tileRects.ts';

/** What is so near a square rings into it, and counts as its own contrast. */
const MARGIN_PX = 3;

/** Standard deviation; infinite for no samples, which cannot be called alike. */
export function deviation(sum: number, squares: number, count: number): number {
  if (count === 0) return Number.POSITIVE_INFINITY;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

/** Sums over the samples of a square of one plane. */
interface TileSums {
  sum: number;
  squares: number;
  count: number;
}

function addSpan(tile: TileSums, row: Float64Array, from: number, to: number): void {
  for (let x = from; x < to; x++) {
    const sample = sampleAt(row, x);
    tile.sum += sample;
    tile.squares += sample * sample;
  }
  tile.count += to - from;
}

/** Indices of the tiles on one axis that have a position within their margin. */
function tilesNear(position: number, tilePx: number, count: number): readonly number[] {
  const tileAt = (place: number): number => Math.min(count - 1, Math.max(0, Math.floor(place / tilePx)));
  const [first, last] = [tileAt(position - MARGIN_PX), tileAt(position + MARGIN_PX)];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function planeSums(plane: PlaneView, tilePx: number, rows: Iterable<number>): readonly TileSums[] {
  const [columns, lines] = [tileCount(plane.width, tilePx), tileCount(plane.height, tilePx)];
  const tiles = Array.from({ length: columns * lines }, (): TileSums => ({ sum: 0, squares: 0, count: 0 }));
  const row = new Float64Array(plane.width);
  for (const y of rows) {
    plane.readRow(y, row);
    for (const line of tilesNear(y, tilePx, lines)) {
      for (let column = 0; column < columns; column++) {
        const from = Math.max(0, column * tilePx - MARGIN_PX);
        const to = column === columns - 1 ? plane.width : (column + 1) * tilePx + MARGIN_PX;
        addSpan(tiles[line * columns + column]!, row, from, Math.min(plane.width, to));
      }
    }
  }
  return tiles;
}

/**
 * Measures the contrast in and next to every square of an image: the standard deviation of the samples, the mean over the
 * planes, on the scale 0…255; 0 for one colour. In the order of `tileRects`.
 *
 * @param planes Of the whole image.
 * @param rows Which of its rows are measured. More than those that are compared: a thin line in one row shows in the
 *   output of the next.
 */
export function tileContrasts(
  planes: readonly PlaneView[],
  tilePx: number,
  rows: Iterable<number>,
): readonly number[] {
  const [plane] = planes;
  if (plane === undefined) return [];
  const all = planes.map((each) => planeSums(each, tilePx, rows));
  return tileRects(plane, tilePx).map((_, tile) => {
    const deviations = all.map((tiles) => {
      const { sum, squares, count } = tiles[tile]!;
      return deviation(sum, squares, count);
    });
    return deviations.reduce((total, one) => total + one, 0) / all.length;
  });
}
