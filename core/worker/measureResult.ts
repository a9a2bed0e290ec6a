import { peakOf, type Raster } from '../api/image.ts';
import type { QualityReport } from '../api/report.ts';
import type { Tolerance } from '../api/models/tolerance.ts';
import { rasterStore, type RowStore } from '../image/rowStore.ts';
import { assessOutput } from '../quality/judging/assessOutput.ts';
import type { ImageRows } from '../quality/planes/imageRows.ts';
import { qualityReport } from '../quality/judging/qualityReport.ts';
import type { HowMade } from '../quality/judging/comparedInput.ts';
import type { TileBorders } from '../quality/judging/seamSteps.ts';

export interface Measured {
  readonly quality: QualityReport;
  readonly measureMs: number;
}

/**
 * Judges a result against its original. It blocks this process for a small part of the time that the
 * enlargement took, and is not interrupted.
 *
 * @param made How it was made, where its tiles meet, in pixels of the result, and what its networks do to correct results.
 */
export function measureResult(
  source: Raster,
  result: RowStore,
  made: HowMade & { readonly borders: TileBorders; readonly tolerance?: Tolerance },
): Measured {
  const startedAt = performance.now();
  const assessment = assessOutput(imageRows(rasterStore(source)), imageRows(result), made);
  return { quality: qualityReport(assessment, made.tolerance), measureMs: performance.now() - startedAt };
}

/** A store as the metrics read it. */
export function imageRows(store: RowStore): ImageRows {
  const { width, height, channels } = store.shape;
  const peak = peakOf(store.read(0, 1).data);
  return { width, height, channels, peak, readRow: (y) => store.read(y, 1).data };
}
