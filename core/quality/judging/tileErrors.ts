import type { Rect } from '../../api/image.ts';
import { pairPlanes, type PlanePair } from '../planes/pairPlanes.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { deviation } from './tileContrasts.ts';
import { tileCount, tileRects } from './tileRects.ts';

/** How one square of an output differs from the same square of its reference, on the scale 0…255. */
export interface TileError {
  readonly rect: Rect;
  /** Over all planes. */
  readonly rmse: number;
  /** Mean of output − reference for each plane, in which noise and detail cancel out. */
  readonly shift: readonly number[];
  /** Contrast of the reference in and next to the square, see `tileContrasts`. */
  readonly referenceDeviation: number;
  /** Standard deviation of the reference's samples that are compared, without those near the edge. */
  readonly referenceInnerDeviation: number;
  /** The same for the output, because content next to a square rings into it. */
  readonly innerDeviation: number;
}

/** How far the bicubic kernel reaches on the grid that was reduced to, rounded up; less in squares that are small. */
const EDGE_PX = 3;
const EDGE_SHARE = 1 / 4;

/** Which rows of an image its planes contain. */
export interface RowSample {
  /** Of the whole image. */
  readonly height: number;
  /** Rising; as many as the planes have rows. */
  readonly rows: readonly number[];
}

/**
 * Compares two images square by square, in the order of `tileRects`.
 *
 * @param tilePx Side of a square.
 * @param sample The rows that the planes contain; each square is judged by its own rows.
 * @param contrasts Of the reference's squares, see `tileContrasts`.
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function tileErrors(
  reference: readonly PlaneView[],
  output: readonly PlaneView[],
  tilePx: number,
  sample: RowSample,
  contrasts: readonly number[],
): readonly TileError[] {
  const sums = pairPlanes(reference, output).map((pair) => tileSums(pair, tilePx, sample));
  const size = { width: output[0]?.width ?? 0, height: sample.height };
  return tileRects(size, tilePx).map((rect, tile) => ({
    ...tileError(rect, sums, tile),
    referenceDeviation: contrasts[tile] ?? 0,
  }));
}

/** Sums over the samples of each tile of one plane. */
interface TileSums {
  readonly count: Float64Array;
  readonly reference: Float64Array;
  readonly output: Float64Array;
  readonly referenceInner: Float64Array;
  readonly referenceInnerSquares: Float64Array;
  readonly inner: Float64Array;
  readonly innerSquares: Float64Array;
  readonly innerCount: Float64Array;
  readonly differenceSquares: Float64Array;
}

function tileSums({ reference, output }: PlanePair, tilePx: number, sample: RowSample): TileSums {
  const { width } = reference;
  const columns = tileCount(width, tilePx);
  const rows = tileCount(sample.height, tilePx);
  const tiles = (): Float64Array => new Float64Array(columns * rows);
  const sums = {
    count: tiles(),
    reference: tiles(),
    output: tiles(),
    referenceInner: tiles(),
    referenceInnerSquares: tiles(),
    inner: tiles(),
    innerSquares: tiles(),
    innerCount: tiles(),
    differenceSquares: tiles(),
  };
  const referenceRow = new Float64Array(width);
  const outputRow = new Float64Array(width);
  const isColumnInner = Array.from({ length: width }, (_, x) => isInner(x, tilePx));
  sample.rows.forEach((y, index) => {
    reference.readRow(index, referenceRow);
    output.readRow(index, outputRow);
    const firstTile = Math.min(rows - 1, Math.floor(y / tilePx)) * columns;
    const inner = isInner(y, tilePx) ? isColumnInner : [];
    for (let column = 0; column < columns; column++) {
      const from = column * tilePx;
      const to = column === columns - 1 ? width : from + tilePx;
      addSpan(sums, firstTile + column, { referenceRow, outputRow, inner, from, to });
    }
  });
  return sums;
}

/** The part of a row that is in one tile. */
interface TileSpan {
  readonly referenceRow: Float64Array;
  readonly outputRow: Float64Array;
  readonly inner: readonly boolean[];
  readonly from: number;
  readonly to: number;
}

function addSpan(sums: TileSums, tile: number, { referenceRow, outputRow, inner, from, to }: TileSpan): void {
  let reference = sampleAt(sums.reference, tile);
  let output = sampleAt(sums.output, tile);
  let differenceSquares = sampleAt(sums.differenceSquares, tile);
  for (let x = from; x < to; x++) {
    const a = sampleAt(referenceRow, x);
    const b = sampleAt(outputRow, x);
    reference += a;
    output += b;
    differenceSquares += (b - a) * (b - a);
    if (inner[x] !== true) continue;
    add(sums.referenceInner, tile, a);
    add(sums.referenceInnerSquares, tile, a * a);
    add(sums.inner, tile, b);
    add(sums.innerSquares, tile, b * b);
    add(sums.innerCount, tile, 1);
  }
  add(sums.count, tile, to - from);
  sums.reference[tile] = reference;
  sums.output[tile] = output;
  sums.differenceSquares[tile] = differenceSquares;
}

/** Whether a position is inside its tile, on one axis; the part that is joined to the last tile belongs to it. */
function isInner(position: number, tilePx: number): boolean {
  const offset = position % tilePx;
  const edgePx = Math.min(EDGE_PX, Math.floor(tilePx * EDGE_SHARE));
  return offset >= edgePx && offset < tilePx - edgePx;
}

function add(sums: Float64Array, index: number, value: number): void {
  sums[index] = sampleAt(sums, index) + value;
}

function tileError(
  rect: Rect,
  planes: readonly TileSums[],
  tile: number,
): Omit<TileError, 'referenceDeviation'> {
  const pixels = sampleAt(planes[0]?.count ?? new Float64Array(1), tile);
  const mean = (sums: Float64Array): number => sampleAt(sums, tile) / pixels;
  const average = (figure: (sums: TileSums) => number): number =>
    planes.reduce((total, sums) => total + figure(sums), 0) / planes.length;
  const innerPixels = sampleAt(planes[0]?.innerCount ?? new Float64Array(1), tile);
  return {
    rect,
    rmse: Math.sqrt(average((sums) => mean(sums.differenceSquares))),
    shift: planes.map((sums) => mean(sums.output) - mean(sums.reference)),
    referenceInnerDeviation: average(({ referenceInner, referenceInnerSquares }) =>
      deviation(sampleAt(referenceInner, tile), sampleAt(referenceInnerSquares, tile), innerPixels),
    ),
    innerDeviation: average(({ inner, innerSquares }) =>
      deviation(sampleAt(inner, tile), sampleAt(innerSquares, tile), innerPixels),
    ),
  };
}
