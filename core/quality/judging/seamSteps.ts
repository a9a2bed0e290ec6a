import type { Rect } from '../../api/image.ts';
import { pairPlanes, type PlanePair } from '../planes/pairPlanes.ts';
import { median } from '../planes/median.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import type { RowSample } from './tileErrors.ts';

/** Where tiles meet, in pixels: the first column (or row) of each tile but the first. */
export interface TileBorders {
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

/** How much the error of an output changes from one side of a piece of a line to the other. */
export interface SeamStep {
  /** The piece and what was measured on both sides of it. */
  readonly rect: Rect;
  /** Difference of the error across the line, 0…255: median along the piece, root mean square over the planes. */
  readonly step: number;
  /** How much single pixels along the piece differ from that: median absolute deviation, likewise over the planes. */
  readonly scatter: number;
}

/** Pixels on each side of a line whose mean is taken. */
export const SEAM_SIDE_PX = 3;
/** Lines are measured in pieces: a seam need not run through the whole image. */
const PIECE_PX = 32;

/**
 * Measures lines where tiles meet. The error (output − reference) of a faithful output has no edges,
 * whatever the image shows; a tile that is brighter than its neighbour, or has another tint, causes one.
 *
 * @param sample The rows that the planes contain: at a border between rows, `SEAM_SIDE_PX` on both sides.
 * @param borders Lines to measure; those with less than 3 px on one side are left out.
 * @returns One entry for each piece of 32 px (or fewer at the end), in no particular order.
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function seamSteps(
  reference: readonly PlaneView[],
  output: readonly PlaneView[],
  sample: RowSample,
  borders: TileBorders,
): readonly SeamStep[] {
  const pairs = pairPlanes(reference, output);
  const { height } = sample;
  const width = output[0]?.width ?? 0;
  const columns = borders.columns.filter((x) => x >= SEAM_SIDE_PX && x + SEAM_SIDE_PX <= width);
  const rows = borders.rows.filter((y) => y >= SEAM_SIDE_PX && y + SEAM_SIDE_PX <= height);
  const pieces = [
    ...columns.flatMap((x) => pieceStarts(height).map((y) => columnPiece(x, y, height))),
    ...rows.flatMap((y) => pieceStarts(width).map((x) => rowPiece(x, y, width))),
  ];
  const planes = pairs.map((pair) => stepsAlong(pair, pieces, sample));
  return pieces.map(({ rect }, index) => {
    const along = planes.map((steps) => steps[index] ?? new Float64Array(0));
    return { rect, step: rootMeanSquare(along.map(median)), scatter: rootMeanSquare(along.map(scatterOf)) };
  });
}

// Around fine text the error is large and changes its sign: the median keeps only what extends along the line.
function scatterOf(along: Float64Array): number {
  const middle = median(along);
  return median(along.map((step) => Math.abs(step - middle)));
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

/** A rectangle whose first half (left or top) is compared with its second. */
interface Piece {
  readonly rect: Rect;
  readonly isColumn: boolean;
}

function pieceStarts(lengthPx: number): readonly number[] {
  return Array.from({ length: Math.ceil(lengthPx / PIECE_PX) }, (_, index) => index * PIECE_PX);
}

function columnPiece(x: number, y: number, height: number): Piece {
  const rect = { x: x - SEAM_SIDE_PX, y, width: 2 * SEAM_SIDE_PX, height: Math.min(PIECE_PX, height - y) };
  return { rect, isColumn: true };
}

function rowPiece(x: number, y: number, width: number): Piece {
  const rect = { x, y: y - SEAM_SIDE_PX, width: Math.min(PIECE_PX, width - x), height: 2 * SEAM_SIDE_PX };
  return { rect, isColumn: false };
}

/** For each piece, the change of the error across the line at every sampled pixel along it. */
function stepsAlong(
  { reference, output }: PlanePair,
  pieces: readonly Piece[],
  sample: RowSample,
): readonly Float64Array[] {
  const sums = pieces.map(({ rect, isColumn }) => new Float64Array(isColumn ? rect.height : rect.width));
  const piecesOfRow = piecesByRow(pieces, sample.height);
  const outputRow = new Float64Array(output.width);
  const referenceRow = new Float64Array(output.width);
  sample.rows.forEach((y, index) => {
    const here = piecesOfRow[y] ?? [];
    if (here.length === 0) return;
    output.readRow(index, outputRow);
    reference.readRow(index, referenceRow);
    for (const pieceIndex of here) {
      addRow(sums[pieceIndex]!, pieces[pieceIndex]!, { y, outputRow, referenceRow });
    }
  });
  const isSampled = new Set(sample.rows);
  return sums.map((sum, index) => {
    const { rect, isColumn } = pieces[index]!;
    const along = isColumn ? sum.filter((_, offset) => isSampled.has(rect.y + offset)) : sum;
    return along.map((step) => step / SEAM_SIDE_PX);
  });
}

function piecesByRow(pieces: readonly Piece[], height: number): readonly (readonly number[])[] {
  const byRow: number[][] = Array.from({ length: height }, () => []);
  pieces.forEach(({ rect }, index) => {
    for (let y = rect.y; y < rect.y + rect.height; y++) byRow[y]?.push(index);
  });
  return byRow;
}

interface SampledRow {
  readonly y: number;
  readonly outputRow: Float64Array;
  readonly referenceRow: Float64Array;
}

/** Adds one row of errors to the steps along a piece: the second side counts as positive, the first as negative. */
function addRow(
  along: Float64Array,
  { rect, isColumn }: Piece,
  { y, outputRow, referenceRow }: SampledRow,
): void {
  for (let x = rect.x; x < rect.x + rect.width; x++) {
    const isSecondSide = isColumn ? x >= rect.x + SEAM_SIDE_PX : y >= rect.y + SEAM_SIDE_PX;
    const index = isColumn ? y - rect.y : x - rect.x;
    const error = sampleAt(outputRow, x) - sampleAt(referenceRow, x);
    along[index] = sampleAt(along, index) + (isSecondSide ? error : -error);
  }
}
