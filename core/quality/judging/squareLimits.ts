import type { TileDisplacement } from './tileDisplacements.ts';
import type { TileError } from './tileErrors.ts';
import type { VerdictLimits } from './verdictLimits.ts';

/** RMSE that a square may show. */
export function allowedRmse({ referenceDeviation }: TileError, limits: VerdictLimits): number {
  return limits.tileRmse + limits.tileRmsePerContrast * referenceDeviation;
}

/** Mean error of one channel that a square may show. */
export function allowedShift({ referenceDeviation }: TileError, limits: VerdictLimits): number {
  return limits.tileShift + limits.tileShiftPerContrast * referenceDeviation;
}

/** The largest mean error of its channels. */
export function largestShift({ shift }: TileError): number {
  return Math.max(...shift.map(Math.abs));
}

/** How far a square's content has moved, in pixels of the compared images. */
export function movedPx({ x, y }: TileDisplacement): number {
  return Math.hypot(x, y);
}

/** Whether the content of a square is not where it should be. */
export function isMisplaced(
  move: TileDisplacement,
  tile: TileError | undefined,
  limits: VerdictLimits,
): boolean {
  return (
    movedPx(move) > limits.displacementPx &&
    move.explained >= limits.displacementExplained &&
    isVisibleMove(move, tile)
  );
}

/** Error of content that has moved by a pixel, as a share of its contrast; for an even gradient it is twice as large. */
const MOVE_RMSE_PER_CONTRAST = 0.2;

/**
 * Whether a square's error is as large as its move makes it. Rows that hardly touch a thin line show little of its
 * contrast, and a line that a network redraws can look like a move there.
 */
function isVisibleMove(move: TileDisplacement, tile: TileError | undefined): boolean {
  if (tile === undefined) return true;
  const movedRmse = Math.sqrt(move.explained) * tile.rmse;
  return movedRmse >= MOVE_RMSE_PER_CONTRAST * movedPx(move) * tile.referenceDeviation;
}
