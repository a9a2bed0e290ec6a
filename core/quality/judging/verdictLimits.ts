import type { EnlargementKind } from '../../api/models/networkKinds.ts';
import { TOLERATED_CODES, type Tolerance } from '../../api/models/tolerance.ts';
import { median } from '../planes/median.ts';
import type { Assessment } from './assessment.ts';
import type { Consistency } from './consistency.ts';

/** Where a figure becomes a reason for review; see `VERDICT_LIMITS` for how the values were found. */
export interface VerdictLimits {
  /**
   * A tile, reduced again, may differ from the input by this RMSE (0…255), and by this much more for each level of its
   * contrast: networks never reproduce fine text exactly.
   */
  readonly tileRmse: number;
  readonly tileRmsePerContrast: number;
  /** Mean error of one channel of a tile, again by contrast: a tile that is brighter than its surroundings. */
  readonly tileShift: number;
  readonly tileShiftPerContrast: number;
  /** Share of failing tiles above which the output is not worth keeping. */
  readonly failedTileShare: number;
  /** An output tile with less contrast (standard deviation) than this is dead if it should have had contrast. */
  readonly deadTileContrast: number;
  /**
   * How much contrast the input must have there: removing the structure of an even area is not a fault of restoring
   * networks.
   */
  readonly deadTileReference: number;
  /** Median over the tiles of one channel's mean error: text and noise do not affect it, a tint does. */
  readonly colourShift: number;
  readonly colourShiftFailed: number;
  /** A mistake is reported if undoing it leaves less than this share of the error … */
  readonly mistakeErrorShare: number;
  /** … and the error (RMSE of thumbnails) is worth explaining. */
  readonly mistakeRmse: number;
  /** Move of a tile, in pixels of the compared images, that explains at least this share of the tile's error. */
  readonly displacementPx: number;
  readonly displacementFailedPx: number;
  readonly displacementExplained: number;
  /** Step of the error across a tile border: at least this much, and this many times the step in the middle of tiles. */
  readonly seamStep: number;
  readonly seamStepPerControl: number;
  /**
   * A region between tile borders may deviate from the others by this mean error, or by this many times the usual
   * deviation.
   */
  readonly regionShift: number;
  readonly regionShiftPerUsual: number;
  /** The same for the move of a region, in pixels of the compared images, that explains this share of its error. */
  readonly regionMovePx: number;
  readonly regionMovePerUsual: number;
  readonly regionMoveExplained: number;
  /** Amplitude of a grid with the period of the enlargement. */
  readonly checkerboard: number;
  readonly checkerboardFailed: number;
  /** Share of the pixels that are clipped in the output and were not in the input. */
  readonly clippedShare: number;
  /** RMSE of alpha, 0…255. */
  readonly alphaRmse: number;
}

const FAITHFUL: VerdictLimits = {
  tileRmse: 3.5,
  tileRmsePerContrast: 0.31,
  tileShift: 3.2,
  tileShiftPerContrast: 0.13,
  failedTileShare: 0.02,
  deadTileContrast: 1,
  deadTileReference: 1,
  colourShift: 4.5,
  colourShiftFailed: 10,
  mistakeErrorShare: 0.5,
  mistakeRmse: 1,
  displacementPx: 0.35,
  displacementFailedPx: 1,
  displacementExplained: 0.1,
  seamStep: 2.5,
  seamStepPerControl: 1.5,
  regionShift: 3.5,
  regionShiftPerUsual: 2,
  regionMovePx: 0.3,
  regionMovePerUsual: 3,
  regionMoveExplained: 0.05,
  checkerboard: 2.8,
  checkerboardFailed: 8,
  clippedShare: 0.15,
  alphaRmse: 8,
};

/**
 * The limits for each way of enlarging. Found on enlarged training crops, photographs and graphics, clean and degraded
 * (`npm run bench:verdict` repeats the measurement): each limit is above the values of sound outputs and below those
 * of visibly broken ones.
 */
const VERDICT_LIMITS: Readonly<Record<EnlargementKind, VerdictLimits>> = {
  faithful: FAITHFUL,
  restoring: {
    ...FAITHFUL,
    tileRmse: 4,
    tileRmsePerContrast: 0.28,
    tileShift: 4,
    tileShiftPerContrast: 0.12,
    colourShift: 5,
    deadTileReference: 3,
    displacementPx: 0.6,
    seamStep: 4,
    clippedShare: 0.2,
  },
  interpolated: {
    ...FAITHFUL,
    tileRmse: 2.5,
    tileRmsePerContrast: 0.15,
    tileShift: 1.5,
    tileShiftPerContrast: 0.085,
    displacementPx: 0.25,
  },
};

/**
 * The step from a network's factor to an odd one averages light, which makes fine contrast a little brighter than the
 * average of stored values.
 */
const ODD_FACTOR: Partial<VerdictLimits> = {
  tileRmse: 4.5,
  tileRmsePerContrast: 0.31,
  tileShift: 4,
  tileShiftPerContrast: 0.12,
  displacementPx: 0.5,
};

/** Which limits a tolerance widens. */
const TOLERATED_LIMITS: Readonly<Record<keyof Tolerance, readonly (keyof VerdictLimits)[]>> = {
  'unlike-input': ['tileRmse', 'tileRmsePerContrast'],
  'colour-shift': ['tileShift', 'tileShiftPerContrast', 'colourShift', 'colourShiftFailed'],
  misplaced: ['displacementPx', 'displacementFailedPx', 'regionMovePx'],
  seam: ['seamStep', 'regionShift'],
  checkerboard: ['checkerboard', 'checkerboardFailed'],
  clipping: ['clippedShare'],
};

/** What is known about an output before it is judged. */
export type Judgeable = Pick<Assessment, 'kind' | 'inputSize' | 'outputSize' | 'input'> & {
  readonly consistency: Pick<Consistency, 'tiles'>;
};

/**
 * The limits for an output.
 *
 * @param tolerance Of the networks that made it.
 */
export function limitsFor(judged: Judgeable, tolerance: Tolerance = {}): VerdictLimits {
  const { kind, inputSize, outputSize } = judged;
  const scale = outputSize.width / inputSize.width;
  const isOdd = kind !== 'interpolated' && scale > 1 && !Number.isInteger(scale);
  const limits = { ...VERDICT_LIMITS[kind], ...(isOdd ? ODD_FACTOR : {}) };
  const widened = TOLERATED_CODES.flatMap((code) =>
    TOLERATED_LIMITS[code].map((name) => [name, limits[name] * (tolerance[code] ?? 1)] as const),
  );
  const ofKind = withRemovedNoise({ ...limits, ...Object.fromEntries(widened) }, removedNoise(judged));
  return isOdd ? withAveragedNoise(ofKind, judged.input.noise) : ofKind;
}

/** Noise is halved where input and output are compared at half size; any other smoothing by a network counts as error. */
const MAX_REMOVED_SHARE = 0.6;

/** Averaging its light also makes noise brighter: by up to this much for each level of it. */
const PER_AVERAGED_NOISE = { tileShift: 0.15, regionShift: 0.1 } as const;

function withAveragedNoise(limits: VerdictLimits, noise: number): VerdictLimits {
  return {
    ...limits,
    tileShift: limits.tileShift + PER_AVERAGED_NOISE.tileShift * noise,
    regionShift: limits.regionShift + PER_AVERAGED_NOISE.regionShift * noise,
  };
}

/**
 * RMSE that a restoring network's output shows in every tile because it removed the input's noise; 0 for other networks. A
 * tile that is broken stands out from the others; noise does not.
 */
function removedNoise({ kind, consistency, input }: Judgeable): number {
  const figures = consistency.tiles.map(({ rmse }) => rmse).filter(Number.isFinite);
  if (kind !== 'restoring' || figures.length === 0) return 0;
  return Math.min(median(figures), MAX_REMOVED_SHARE * input.noise);
}

/** What removed noise adds to the limits, for each level (RMSE, 0…255) of it. */
const PER_REMOVED_NOISE = { tileRmse: 0.9, tileShift: 0.5, displacementPx: 0.05 } as const;

/**
 * The limits for an output whose input was noisy: without its noise, each tile differs from it, in its mean as well.
 *
 * @param noise RMSE that the removed noise leaves in every tile.
 */
function withRemovedNoise(limits: VerdictLimits, noise: number): VerdictLimits {
  return {
    ...limits,
    tileRmse: limits.tileRmse + PER_REMOVED_NOISE.tileRmse * noise,
    tileShift: limits.tileShift + PER_REMOVED_NOISE.tileShift * noise,
    displacementPx: limits.displacementPx + PER_REMOVED_NOISE.displacementPx * noise,
  };
}
