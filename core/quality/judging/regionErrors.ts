import type { Rect, Size } from '../../api/image.ts';
import { pairPlanes } from '../planes/pairPlanes.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { addSpan, noSums, solve, type Move } from './gradientSums.ts';
import type { TileBorders } from './seamSteps.ts';
import type { RowSample } from './tileErrors.ts';

/** How a part that was enlarged in one piece differs, as a whole, from the same part of the input. */
export interface RegionError {
  readonly rect: Rect;
  /** Mean of output − reference for each plane, 0…255. */
  readonly shift: readonly number[];
  readonly move: Move;
}

/** The planes to compare. */
export interface RegionPair {
  readonly reference: readonly PlaneView[];
  /** As many planes as `reference`, with the rows of `sample`. */
  readonly output: readonly PlaneView[];
  /** The whole of the reference. */
  readonly referenceLuma: PlaneView;
  /** The rows of `sample`. */
  readonly outputLuma: PlaneView;
  readonly sample: RowSample;
}

/**
 * Compares the regions between tile borders. A network that removes noise or draws new detail is wrong by several levels
 * in single squares, but hardly in the mean of a whole tile; so a tile that is brighter than the others, or out of
 * place, is noticed here even if the figures of its squares are normal.
 *
 * @param borders In pixels of the reference.
 * @returns One entry per region, by rows; the whole image is one if there are no borders.
 */
export function regionErrors(pair: RegionPair, borders: TileBorders): readonly RegionError[] {
  const { width } = pair.referenceLuma;
  const { height } = pair.sample;
  const rects = regionRects({ width, height }, borders);
  const moves = regionMoves(pair, rects);
  const shifts = pairPlanes(pair.reference, pair.output).map(({ reference, output }) =>
    regionShifts({ reference, output }, pair.sample, rects),
  );
  return rects.map((rect, index) => ({
    rect,
    shift: shifts.map((ofPlane) => ofPlane[index] ?? 0),
    move: moves[index] ?? { x: 0, y: 0, explained: 0 },
  }));
}

function regionRects({ width, height }: Size, borders: TileBorders): readonly Rect[] {
  return spans(borders.rows, height).flatMap((down) =>
    spans(borders.columns, width).map((across) => ({
      x: across.start,
      y: down.start,
      width: across.length,
      height: down.length,
    })),
  );
}

function spans(
  borders: readonly number[],
  lengthPx: number,
): readonly { readonly start: number; readonly length: number }[] {
  const starts = [0, ...borders.filter((border) => border > 0 && border < lengthPx)];
  return starts.map((start, index) => ({ start, length: (starts[index + 1] ?? lengthPx) - start }));
}

/** For each sampled row, the regions that it crosses. */
function* rowsOf(
  rects: readonly Rect[],
  { rows }: RowSample,
): Generator<{ readonly index: number; readonly y: number; readonly regions: readonly number[] }> {
  for (const [index, y] of rows.entries()) {
    const regions = rects.flatMap((rect, region) =>
      y >= rect.y && y < rect.y + rect.height ? [region] : [],
    );
    yield { index, y, regions };
  }
}

function regionShifts(
  { reference, output }: { readonly reference: PlaneView; readonly output: PlaneView },
  sample: RowSample,
  rects: readonly Rect[],
): readonly number[] {
  const sums = rects.map(() => ({ error: 0, pixels: 0 }));
  const referenceRow = new Float64Array(reference.width);
  const outputRow = new Float64Array(output.width);
  for (const { index, regions } of rowsOf(rects, sample)) {
    reference.readRow(index, referenceRow);
    output.readRow(index, outputRow);
    for (const region of regions) {
      const rect = rects[region];
      const sum = sums[region];
      if (rect === undefined || sum === undefined) continue;
      let { error } = sum;
      for (let x = rect.x; x < rect.x + rect.width; x++) {
        error += sampleAt(outputRow, x) - sampleAt(referenceRow, x);
      }
      sum.error = error;
      sum.pixels += rect.width;
    }
  }
  return sums.map(({ error, pixels }) => (pixels === 0 ? 0 : error / pixels));
}

function regionMoves(
  { referenceLuma, outputLuma, sample }: RegionPair,
  rects: readonly Rect[],
): readonly Move[] {
  const { width } = referenceLuma;
  const row = (): Float64Array => new Float64Array(width);
  const [above, here, below, outputRow] = [row(), row(), row(), row()];
  const sums = rects.map(noSums);
  for (const { index, y, regions } of rowsOf(rects, sample)) {
    if (y < 1 || y + 1 >= sample.height) continue;
    referenceLuma.readRow(y - 1, above);
    referenceLuma.readRow(y, here);
    referenceLuma.readRow(y + 1, below);
    outputLuma.readRow(index, outputRow);
    for (const region of regions) {
      const rect = rects[region];
      const sum = sums[region];
      if (rect === undefined || sum === undefined) continue;
      const from = Math.max(1, rect.x);
      const to = Math.min(rect.x + rect.width, width - 1);
      addSpan(sum, { above, here, below, outputRow, from, to });
    }
  }
  return sums.map(solve);
}
