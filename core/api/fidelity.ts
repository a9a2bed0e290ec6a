import type { QualityReport } from './report.ts';

/** How close a result, scaled back down, comes to its original; one scale for the window and the report. */
export type Fidelity = 'identical' | 'good' | 'fair' | 'poor';

/** From here on, the two look identical. */
const GOOD_DB = 40;
/** Below this, anyone can see the difference. */
const FAIR_DB = 30;

/** @param psnrDb Of the result, scaled back down, against its original; `null` if the two are identical. */
export function fidelityOf(psnrDb: number | null): Fidelity {
  if (psnrDb === null) return 'identical';
  if (psnrDb >= GOOD_DB) return 'good';
  return psnrDb >= FAIR_DB ? 'fair' : 'poor';
}

/**
 * Share of a result's contrast, 0…1, that is finer than its original can contain. The part that plain resizing shows as well, ringing and
 * aliasing, does not count.
 *
 * @returns `undefined` for an image that was too small to measure.
 */
export function inventedShare({ detail }: Pick<QualityReport, 'detail'>): number | undefined {
  if (detail === null || detail.fineShare === null || detail.bicubicFineShare === null) return undefined;
  return Math.max(0, detail.fineShare - detail.bicubicFineShare);
}
