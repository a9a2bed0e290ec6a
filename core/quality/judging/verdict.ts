import type { Rect } from '../../api/image.ts';
import type { ReasonCode, VerdictKind } from '../../api/report.ts';
import type { Assessment } from './assessOutput.ts';
import { inOutput } from './inOutput.ts';
import { median } from '../planes/median.ts';
import type { TileError } from './tileErrors.ts';
import { verdictLimits as limits } from './verdictLimits.ts';

export interface Reason {
  readonly code: ReasonCode;
  /** `failed`: the output is not what was asked for. `look`: a person should decide. */
  readonly severity: 'look' | 'failed';
  /** The figure that was too high, and the limit that it passed. */
  readonly value: number;
  readonly limit: number;
  /** Where, in pixels of the output; the worst places first, at most eight; empty when it is everywhere. */
  readonly places: readonly Rect[];
}

/** `ok` says that nothing was found, not that the image is beautiful. */
export interface Verdict {
  readonly verdict: VerdictKind;
  readonly reasons: readonly Reason[];
}

const MAX_PLACES = 8;

/** Judges an output by what was measured of it. */
export function verdict(assessment: Assessment): Verdict {
  const mistakes = [
    ...wrongShape(assessment),
    ...wrongOrientation(assessment),
    ...swappedChannels(assessment),
  ];
  // A turned or tinted image differs everywhere: the mistake is the reason, its consequences are not more.
  const reasons =
    mistakes.length > 0
      ? mistakes
      : [
          ...tileReasons(assessment),
          ...misplaced(assessment),
          ...colourShift(assessment),
          ...seam(assessment),
          ...checkerboard(assessment),
          ...clipping(assessment),
          ...alpha(assessment),
        ];
  if (reasons.length === 0) return { verdict: 'ok', reasons };
  return { verdict: reasons.some((reason) => reason.severity === 'failed') ? 'failed' : 'look', reasons };
}

function wrongShape({ inputSize, outputSize }: Assessment): readonly Reason[] {
  const stretch = outputSize.width / inputSize.width / (outputSize.height / inputSize.height);
  const value = Math.abs(Math.log(stretch));
  // Each side of the output was rounded to whole pixels.
  const limit = 1 / outputSize.width + 1 / outputSize.height;
  return value > limit ? [{ code: 'wrong-shape', severity: 'failed', value, limit, places: [] }] : [];
}

function wrongOrientation({ consistency }: Assessment): readonly Reason[] {
  return namedMistake('wrong-orientation', consistency.orientations, 'upright');
}

function swappedChannels({ consistency }: Assessment): readonly Reason[] {
  return namedMistake('swapped-channels', consistency.channelOrders, 'rgb');
}

function namedMistake<Kind extends string>(
  code: ReasonCode,
  explanations: readonly { readonly kind: Kind; readonly rmse: number }[],
  right: Kind,
): readonly Reason[] {
  const value = explanations.find((explanation) => explanation.kind === right)?.rmse ?? 0;
  const best = explanations[0];
  if (best === undefined) return [];
  const isExplained = value >= limits.mistakeRmse && best.rmse <= value * limits.mistakeErrorShare;
  if (!isExplained) return [];
  return [{ code, severity: 'failed', value, limit: limits.mistakeRmse, places: [] }];
}

function tileReasons(assessment: Assessment): readonly Reason[] {
  const { tiles } = assessment.consistency;
  const notFinite = tiles.filter((tile) => !Number.isFinite(tile.rmse));
  const failing = tiles.filter((tile) => tile.rmse > allowedRmse(tile));
  const dead = failing.filter((tile) => tile.innerDeviation < limits.deadTileContrast);
  const unlike = failing.filter((tile) => !dead.includes(tile));
  const lastRow = Math.max(...tiles.map((tile) => tile.rect.y));
  const isIncomplete = dead.length > 0 && tiles.every((tile) => tile.rect.y < lastRow || dead.includes(tile));
  const share = unlike.length / tiles.length;
  return [
    ...tileReason(assessment, { code: 'not-finite', severity: 'failed', tiles: notFinite }),
    ...tileReason(assessment, {
      code: isIncomplete ? 'incomplete' : 'dead-tile',
      severity: 'failed',
      tiles: dead,
    }),
    ...tileReason(assessment, {
      code: 'unlike-input',
      severity: share > limits.failedTileShare ? 'failed' : 'look',
      tiles: unlike,
    }),
  ];
}

function allowedRmse(tile: TileError): number {
  return limits.tileRmse + limits.tileRmsePerContrast * tile.referenceDeviation;
}

interface TileFinding extends Pick<Reason, 'code' | 'severity'> {
  readonly tiles: readonly TileError[];
}

function tileReason(assessment: Assessment, { code, severity, tiles }: TileFinding): readonly Reason[] {
  const worstFirst = tiles.toSorted((a, b) => b.rmse - a.rmse);
  const [worst] = worstFirst;
  if (worst === undefined) return [];
  const places = worstFirst.slice(0, MAX_PLACES).map((tile) => inOutput(tile.rect, assessment));
  return [{ code, severity, value: worst.rmse, limit: allowedRmse(worst), places }];
}

function misplaced(assessment: Assessment): readonly Reason[] {
  const moves = assessment.consistency.displacements.map(({ rect, x, y }) => ({
    rect,
    px: Math.hypot(x, y),
  }));
  const worstFirst = moves
    .filter((move) => move.px > limits.displacementPx)
    .toSorted((first, second) => second.px - first.px);
  const places = worstFirst.slice(0, MAX_PLACES).map((move) => inOutput(move.rect, assessment));
  const value = worstFirst[0]?.px ?? 0;
  const grades = { look: limits.displacementPx, failed: limits.displacementFailedPx };
  return graded('misplaced', value, grades).map((reason) => ({ ...reason, places }));
}

function colourShift({ consistency: { tiles } }: Assessment): readonly Reason[] {
  const channels = tiles[0]?.shift.map((_, channel) => channel) ?? [];
  const shifts = channels.map((channel) => Math.abs(median(tiles.map((tile) => tile.shift[channel] ?? 0))));
  const value = Math.max(...shifts);
  return graded('colour-shift', value, { look: limits.colourShift, failed: limits.colourShiftFailed });
}

function seam(assessment: Assessment): readonly Reason[] {
  const found = assessment.consistency.seam;
  if (found?.worst === undefined) return [];
  const limit = Math.max(limits.seamStep, limits.seamStepPerControl * found.controlStep);
  const value = found.worst.step;
  if (value <= limit) return [];
  return [{ code: 'seam', severity: 'look', value, limit, places: [inOutput(found.worst.rect, assessment)] }];
}

function checkerboard({ detail }: Assessment): readonly Reason[] {
  const value = detail?.checkerboard ?? 0;
  return graded('checkerboard', value, { look: limits.checkerboard, failed: limits.checkerboardFailed });
}

function clipping({ input, output }: Assessment): readonly Reason[] {
  const value = output.clippedShare - input.clippedShare;
  return graded('clipping', value, { look: limits.clippedShare, failed: Number.POSITIVE_INFINITY });
}

function alpha({ consistency: { alpha: errors } }: Assessment): readonly Reason[] {
  const value = errors?.rmse ?? 0;
  return graded('alpha', value, { look: limits.alphaRmse, failed: Number.POSITIVE_INFINITY });
}

function graded(
  code: ReasonCode,
  value: number,
  { look, failed }: { readonly look: number; readonly failed: number },
): readonly Reason[] {
  if (value > failed) return [{ code, severity: 'failed', value, limit: failed, places: [] }];
  return value > look ? [{ code, severity: 'look', value, limit: look, places: [] }] : [];
}
