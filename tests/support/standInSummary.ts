import type { BatchSummary, JobCounts, JobView, MeasuredImage } from '../../core/api/views.ts';
import { BAR_STARTS, countBars } from '../../core/report/scoreBars.ts';
import { standInReport } from './standInReport.ts';

/** The summary of a whole batch, made from its rows. */
export function standInSummary(
  jobs: readonly JobView[],
  counts: JobCounts,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): BatchSummary {
  const measured = jobs.filter(({ state }) => state.kind === 'done').map(measuredImage);
  const verdicts = { ok: 0, look: 0, failed: 0 };
  for (const { verdict } of measured) verdicts[verdict]++;
  const page = <Row>(rows: readonly Row[]): readonly Row[] => rows.slice(offset, offset + limit);
  const bars = (name: keyof typeof BAR_STARTS) =>
    countBars(
      measured.map(({ scores }) => scores[name] ?? 0),
      BAR_STARTS[name],
    );
  return {
    counts,
    verdicts,
    histograms: {
      psnrDb: bars('psnrDb'),
      ssim: bars('ssim'),
      deltaE: bars('deltaE'),
      gradientGain: bars('gradientGain'),
    },
    worstFirst: page(measured.toSorted((a, b) => (a.scores.psnrDb ?? 0) - (b.scores.psnrDb ?? 0))),
    failures: page(jobs.filter(({ state }) => state.kind === 'failed')),
  };
}

function measuredImage(job: JobView): MeasuredImage {
  const { verdict, reasons, consistency, detail } = standInReport(job, 1).quality;
  const { identical, psnrDb, ssim, deltaE } = consistency;
  const scores = { identical, psnrDb, ssim, deltaE: deltaE.mean, gradientGain: detail?.gradientGain ?? null };
  return { job, verdict, reasons, scores };
}
