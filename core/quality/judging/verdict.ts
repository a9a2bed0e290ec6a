import type { Rect } from '../../api/image.ts';
import type { ReasonCode, VerdictKind } from '../../api/report.ts';
import type { Tolerance } from '../../api/models/tolerance.ts';
import type { Assessment } from './assessment.ts';
import { inOutput } from './inOutput.ts';
import { median } from '../planes/median.ts';
import type { TileError } from './tileErrors.ts';
import { movedRegions, shiftedRegions, type OddRegion } from './oddRegions.ts';
import { allowedRmse, allowedShift, isMisplaced, largestShift, movedPx } from './squareLimits.ts';
import { limitsFor, type VerdictLimits } from './verdictLimits.ts';

export interface Reason {
  readonly code: ReasonCode;
  /** `failed`: the output is not what was requested. `look`: a person should decide. */
  readonly severity: 'look' | 'failed';
  /** The figure that was too high, and the limit that it passed. */
  readonly value: number;
  readonly limit: number;
  /** Where, in pixels of the output; the worst places first, at most eight; empty when it is everywhere. */
  readonly places: readonly Rect[];
}

/** `ok` means that nothing was found, not that the image is beautiful. */
export interface Verdict {
  readonly verdict: VerdictKind;
  readonly reasons: readonly Reason[];
}

const MAX_PLACES = 8;

/**
 * Judges an output by its measurements.
 *
 * @param tolerance Of the networks that made it.
 */
export function verdict(assessment: Assessment, tolerance?: Tolerance): Verdict {
  const limits = limitsFor(assessment, tolerance);
  const mistakes = [
    ...wrongShape(assessment),
    ...wrongOrientation(assessment, limits),
    ...swappedChannels(assessment, limits),
  ];
  // A turned or tinted image differs everywhere: only the mistake is reported, not its consequences.
  const reasons =
    mistakes.length > 0
      ? mistakes
      : [
          ...tileReasons(assessment, limits),
          ...misplaced(assessment, limits),
          ...colourShift(assessment, limits),
          ...seam(assessment, limits),
          ...checkerboard(assessment, limits),
          ...clipping(assessment, limits),
          ...alpha(assessment, limits),
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

function wrongOrientation({ consistency }: Assessment, limits: VerdictLimits): readonly Reason[] {
  return namedMistake({ code: 'wrong-orientation', right: 'upright' }, consistency.orientations, limits);
}

function swappedChannels({ consistency }: Assessment, limits: VerdictLimits): readonly Reason[] {
  return namedMistake({ code: 'swapped-channels', right: 'rgb' }, consistency.channelOrders, limits);
}

function namedMistake<Kind extends string>(
  { code, right }: { readonly code: ReasonCode; readonly right: Kind },
  explanations: readonly { readonly kind: Kind; readonly rmse: number }[],
  limits: VerdictLimits,
): readonly Reason[] {
  const value = explanations.find((explanation) => explanation.kind === right)?.rmse ?? 0;
  const best = explanations[0];
  if (best === undefined) return [];
  const isExplained = value >= limits.mistakeRmse && best.rmse <= value * limits.mistakeErrorShare;
  if (!isExplained) return [];
  return [{ code, severity: 'failed', value, limit: limits.mistakeRmse, places: [] }];
}

function tileReasons(assessment: Assessment, limits: VerdictLimits): readonly Reason[] {
  const { tiles } = assessment.consistency;
  const notFinite = tiles.filter((tile) => !Number.isFinite(tile.rmse));
  const failing = tiles.filter((tile) => tile.rmse > allowedRmse(tile, limits));
  const dead = failing.filter((tile) => isDead(tile, limits));
  const unlike = failing.filter((tile) => !dead.includes(tile));
  const lastRow = Math.max(...tiles.map((tile) => tile.rect.y));
  const isIncomplete = dead.length > 0 && tiles.every((tile) => tile.rect.y < lastRow || dead.includes(tile));
  const share = unlike.length / tiles.length;
  const reason = (finding: TileFinding): readonly Reason[] => tileReason(assessment, finding, limits);
  return [
    ...reason({ code: 'not-finite', severity: 'failed', tiles: notFinite }),
    ...reason({
      code: isIncomplete ? 'incomplete' : 'dead-tile',
      severity: 'failed',
      tiles: dead,
    }),
    ...reason({
      code: 'unlike-input',
      severity: share > limits.failedTileShare ? 'failed' : 'look',
      tiles: unlike,
    }),
  ];
}

/** Flat where the input was not. */
function isDead({ innerDeviation, referenceInnerDeviation }: TileError, limits: VerdictLimits): boolean {
  return innerDeviation < limits.deadTileContrast && referenceInnerDeviation >= limits.deadTileReference;
}

interface TileFinding extends Pick<Reason, 'code' | 'severity'> {
  readonly tiles: readonly TileError[];
}

function tileReason(
  assessment: Assessment,
  { code, severity, tiles }: TileFinding,
  limits: VerdictLimits,
): readonly Reason[] {
  const worstFirst = tiles.toSorted((a, b) => b.rmse - a.rmse);
  const [worst] = worstFirst;
  if (worst === undefined) return [];
  const places = worstFirst.slice(0, MAX_PLACES).map((tile) => inOutput(tile.rect, assessment));
  return [{ code, severity, value: worst.rmse, limit: allowedRmse(worst, limits), places }];
}

function misplaced(assessment: Assessment, limits: VerdictLimits): readonly Reason[] {
  const { displacements, tiles } = assessment.consistency;
  const worstFirst = displacements
    .filter((move, index) => isMisplaced(move, tiles[index], limits))
    .toSorted((first, second) => movedPx(second) - movedPx(first));
  const [worst] = worstFirst;
  if (worst === undefined) {
    return oddRegion('misplaced', movedRegions(assessment.consistency.regions, limits), assessment);
  }
  const places = worstFirst.slice(0, MAX_PLACES).map((move) => inOutput(move.rect, assessment));
  const grades = { look: limits.displacementPx, failed: limits.displacementFailedPx };
  return graded('misplaced', movedPx(worst), grades).map((reason) => ({ ...reason, places }));
}

/** A fault that squares are too small to show: a whole tile differs from the others. */
function oddRegion(code: ReasonCode, odd: readonly OddRegion[], assessment: Assessment): readonly Reason[] {
  const [worst] = odd;
  if (worst === undefined) return [];
  const places = odd.slice(0, MAX_PLACES).map(({ region }) => inOutput(region.rect, assessment));
  return [{ code, severity: 'look', value: worst.value, limit: worst.limit, places }];
}

function colourShift(assessment: Assessment, limits: VerdictLimits): readonly Reason[] {
  const { tiles } = assessment.consistency;
  const channels = tiles[0]?.shift.map((_, channel) => channel) ?? [];
  const shifts = channels.map((channel) => Math.abs(median(tiles.map((tile) => tile.shift[channel] ?? 0))));
  const value = Math.max(...shifts);
  const everywhere = graded('colour-shift', value, {
    look: limits.colourShift,
    failed: limits.colourShiftFailed,
  });
  return everywhere.length > 0 ? everywhere : tileShift(assessment, limits);
}

/** Parts of an image that are too bright or have another tint. */
function tileShift(assessment: Assessment, limits: VerdictLimits): readonly Reason[] {
  const found = assessment.consistency.tiles
    .map((tile) => ({ tile, value: largestShift(tile), limit: allowedShift(tile, limits) }))
    .filter(({ value, limit }) => value > limit)
    .toSorted((a, b) => b.value / b.limit - a.value / a.limit);
  const [worst] = found;
  if (worst === undefined) return [];
  const places = found.slice(0, MAX_PLACES).map(({ tile }) => inOutput(tile.rect, assessment));
  const { value, limit } = worst;
  return [{ code: 'colour-shift', severity: 'look', value, limit, places }];
}

function seam(assessment: Assessment, limits: VerdictLimits): readonly Reason[] {
  const { seam: found, regions } = assessment.consistency;
  const limit = Math.max(limits.seamStep, limits.seamStepPerControl * (found?.controlStep ?? 0));
  const value = found?.worst?.step ?? 0;
  if (found?.worst === undefined || value <= limit) {
    return oddRegion('seam', shiftedRegions(regions, limits), assessment);
  }
  return [{ code: 'seam', severity: 'look', value, limit, places: [inOutput(found.worst.rect, assessment)] }];
}

function checkerboard({ detail }: Assessment, limits: VerdictLimits): readonly Reason[] {
  const value = detail?.checkerboard ?? 0;
  return graded('checkerboard', value, { look: limits.checkerboard, failed: limits.checkerboardFailed });
}

function clipping({ output, nearlyClippedShare }: Assessment, limits: VerdictLimits): readonly Reason[] {
  const value = output.clippedShare - nearlyClippedShare;
  return graded('clipping', value, { look: limits.clippedShare, failed: Number.POSITIVE_INFINITY });
}

function alpha({ consistency: { alpha: errors } }: Assessment, limits: VerdictLimits): readonly Reason[] {
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
