import type { Rect, Size } from '../../api/image.ts';
import { cropPlane } from '../planes/cropPlane.ts';
import type { ImageRows } from '../planes/imageRows.ts';
import { fullRangeLuma } from '../planes/luma.ts';
import type { Consistency } from './consistency.ts';
import { sampledPair, type SampledPair } from './sampledPair.ts';
import { allowedRmse, allowedShift, isMisplaced, largestShift, movedPx } from './squareLimits.ts';
import { tileDisplacements, type TileDisplacement } from './tileDisplacements.ts';
import { tileErrors, type TileError } from './tileErrors.ts';
import type { VerdictLimits } from './verdictLimits.ts';

/** At most this many suspicious squares are measured, worst first; a larger number is not a coincidence. */
const MAX_SQUARES = 512;

/** The measurements of one square. */
interface Square {
  readonly error: TileError;
  readonly move: TileDisplacement;
}

/**
 * Measures suspicious squares again, with all of their rows. `consistency` samples a few rows of each: in them, a thin line
 * that became a little darker or wider looks like one that has moved or lost its colour.
 *
 * @param input At the size at which the two are compared.
 * @param limits Squares above them are suspicious.
 * @returns The squares of `consistency`, in the same order.
 */
export function secondLook(
  { tiles, displacements }: Pick<Consistency, 'tiles' | 'displacements'>,
  images: { readonly input: ImageRows; readonly output: ImageRows },
  limits: VerdictLimits,
): Pick<Consistency, 'tiles' | 'displacements'> {
  const squares = tiles.flatMap((error, index) => {
    const move = displacements[index];
    return move === undefined ? [] : [{ error, move }];
  });
  const worst = squares
    .map((square, index) => ({ index, excess: excessOf(square, limits) }))
    .filter(({ excess }) => excess > 1)
    .toSorted((a, b) => b.excess - a.excess)
    .slice(0, MAX_SQUARES);
  const suspicious = new Set(worst.map(({ index }) => index));
  const measured = squares.map((square, index) =>
    suspicious.has(index) ? withAllRows(square, images.input, images.output) : square,
  );
  return { tiles: measured.map(({ error }) => error), displacements: measured.map(({ move }) => move) };
}

/** By what factor the worst figure of a square exceeds its limit; 0 for samples that are not finite. */
function excessOf({ error, move }: Square, limits: VerdictLimits): number {
  if (!Number.isFinite(error.rmse)) return 0;
  return Math.max(
    error.rmse / allowedRmse(error, limits),
    largestShift(error) / allowedShift(error, limits),
    isMisplaced(move, error, limits) ? movedPx(move) / limits.displacementPx : 0,
  );
}

function withAllRows({ error, move }: Square, input: ImageRows, output: ImageRows): Square {
  const { rect } = error;
  const window = grown(rect, input);
  const pair = sampledPair(input, output, [window]);
  const [moveOfAll = move] = tileDisplacements(
    fullRangeLuma(pair.input),
    fullRangeLuma(pair.output),
    ...wholeWindow(window),
  );
  const own = { ...rect, x: rect.x - window.x, y: rect.y - window.y };
  return { error: errorOf(pair, own, error), move: { ...moveOfAll, rect } };
}

function errorOf(pair: SampledPair, own: Rect, { rect, referenceDeviation }: TileError): TileError {
  const [sidePx, rows] = wholeWindow(own);
  const [error] = tileErrors(
    pair.input.map((plane) => cropPlane(plane, own)),
    pair.output.map((plane) => cropPlane(plane, own)),
    sidePx,
    { height: own.height, rows },
    [referenceDeviation],
  );
  if (error === undefined) throw new RangeError('A window has no square.');
  return { ...error, rect };
}

/** One square, and all of its rows. */
function wholeWindow({ width, height }: Size): [sidePx: number, rows: readonly number[]] {
  return [Math.max(width, height), Array.from({ length: height }, (_, row) => row)];
}

/** With the pixels around it that gradients need. */
function grown({ x, y, width, height }: Rect, { width: right, height: bottom }: Size): Rect {
  const from = { x: Math.max(0, x - 1), y: Math.max(0, y - 1) };
  return {
    ...from,
    width: Math.min(right, x + width + 1) - from.x,
    height: Math.min(bottom, y + height + 1) - from.y,
  };
}
