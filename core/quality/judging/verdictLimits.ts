/**
 * Where a figure becomes a reason to look. Found on enlarged training crops, photographs and graphics (see
 * `tests/bench/verdictRates.ts`, which repeats the measurement): each limit lies above what faithful outputs show and
 * below what visibly broken ones do.
 */
export const verdictLimits = {
  /**
   * A tile, reduced again, may differ from the input by this RMSE (0…255),
   * and by this much more for each level of its contrast: networks never get fine text wholly right.
   */
  tileRmse: 5,
  tileRmsePerContrast: 0.3,
  /** Share of failing tiles above which the output is not worth keeping. */
  failedTileShare: 0.02,
  /** An output tile with less contrast (standard deviation) than this is dead, if it should have had some. */
  deadTileContrast: 1,
  /** Median over the tiles of one channel's mean error: text and noise do not move it, a tint does. */
  colourShift: 3,
  colourShiftFailed: 10,
  /** A mistake is named when undoing it leaves less than this share of the error … */
  mistakeErrorShare: 0.5,
  /** … and the error (RMSE of thumbnails) is worth explaining. */
  mistakeRmse: 1,
  /** Move of a tile, in pixels of the input: what a person sees as a broken line. */
  displacementPx: 0.35,
  displacementFailedPx: 1,
  /** Step of the error across a tile border: at least this much, and this many times what lines in the middle of tiles show. */
  seamStep: 2.5,
  seamStepPerControl: 1.5,
  /** Amplitude of a grid with the period of the enlargement. */
  checkerboard: 2.4,
  checkerboardFailed: 8,
  /** Share of the pixels that are clipped in the output and were not in the input. */
  clippedShare: 0.15,
  /** RMSE of alpha, 0…255. */
  alphaRmse: 8,
} as const;

export type VerdictLimits = { readonly [Name in keyof typeof verdictLimits]: number };
