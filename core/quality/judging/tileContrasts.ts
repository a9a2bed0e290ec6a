import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { tileCount, tileRects } from './tileRects.ts';

/** Content this close to a square rings into it, and counts as contrast of the square. */
const MARGIN_PX = 3;

/** Standard deviation; infinite without samples, which must not count as flat. */
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

/** Sums of the samples to the left of each place in a row, and of their squares. */
interface RunningSums {
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

function addUp(row: Float64Array, { sum, squares }: RunningSums): void {
  let total = 0;
  let ofSquares = 0;
  for (let x = 0; x < row.length; x++) {
    const sample = row[x]!;
    total += sample;
    ofSquares += sample * sample;
    sum[x + 1] = total;
    squares[x + 1] = ofSquares;
  }
}

function addSpan(tile: TileSums, { sum, squares }: RunningSums, from: number, to: number): void {
  tile.sum += sampleAt(sum, to) - sampleAt(sum, from);
  tile.squares += sampleAt(squares, to) - sampleAt(squares, from);
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
  const sums = { sum: new Float64Array(plane.width + 1), squares: new Float64Array(plane.width + 1) };
  for (const y of rows) {
    plane.readRow(y, row);
    addUp(row, sums);
    for (const line of tilesNear(y, tilePx, lines)) {
      for (let column = 0; column < columns; column++) {
        const from = Math.max(0, column * tilePx - MARGIN_PX);
        const to = column === columns - 1 ? plane.width : (column + 1) * tilePx + MARGIN_PX;
        addSpan(tiles[line * columns + column]!, sums, from, Math.min(plane.width, to));
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
 * @param rows Which of its rows are measured. More than the compared rows: a thin line in one row shows in the
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
