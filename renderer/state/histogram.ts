import type { QualityReport } from '../../core/api/report.ts';

const BIN_DB = 5;
const FIRST_BIN_DB = 20;
/** Below 25 dB, 25…30, …, 60 dB and more: the same bins as in the HTML report. */
export const HISTOGRAM_BINS = 9;

/** The bin that a picture counts in, by how well it explains its input. */
export function binOf({ identical, psnrDb }: QualityReport['consistency']): number {
  if (identical) return HISTOGRAM_BINS - 1;
  if (psnrDb === null) return 0;
  return Math.min(HISTOGRAM_BINS - 1, Math.max(0, Math.floor((psnrDb - FIRST_BIN_DB) / BIN_DB)));
}

/** The decibels at which a bin begins. */
export function binStartDb(bin: number): number {
  return FIRST_BIN_DB + bin * BIN_DB;
}
