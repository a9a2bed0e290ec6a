import { z } from 'zod';
import { reasonSchema, VERDICTS, type QualityReport } from '../api/report.ts';
import type { BatchSummary, MeasuredImage, ImageScores, ScoreBar, ScoreName } from '../api/views.ts';
import type { SqlConnection, SqlValue } from './sqlConnection.ts';

/** The columns of `results` that contain the main figures of a report. */
export const SCORE_COLUMNS = 'verdict, identical, psnr_db, ssim, delta_e, gradient_gain';

/** The values of those columns; empty if the result was not measured. */
export function scoreValues(quality: QualityReport | undefined): SqlValue[] {
  if (quality === undefined) return [null, null, null, null, null, null];
  const { verdict, consistency, detail } = quality;
  const { identical, psnrDb, ssim, deltaE } = consistency;
  return [verdict, identical ? 1 : 0, psnrDb, ssim, deltaE.mean, detail?.gradientGain ?? null];
}

/** Each score as it is counted: identical is better than any figure, and a missing figure is worse. */
const COUNTED: Readonly<Record<ScoreName, string>> = {
  psnrDb: 'CASE WHEN identical THEN 9e999 ELSE coalesce(psnr_db, -9e999) END',
  ssim: 'ssim',
  deltaE: 'delta_e',
  gradientGain: 'gradient_gain',
};

const SCORE_NAMES = ['psnrDb', 'ssim', 'deltaE', 'gradientGain'] as const satisfies readonly ScoreName[];

/** The lowest value that counts in each bar; the first also has everything below it. */
function barConditions(value: string, starts: readonly number[]): string[] {
  return starts.map((from, bar) => {
    const next = starts[bar + 1];
    const above = bar === 0 ? `${value} IS NOT NULL` : `${value} >= ${from}`;
    return next === undefined ? above : `${above} AND ${value} < ${next}`;
  });
}

// The index contains all that is queried here, so that no report is read: a batch may have a hundred thousand.
const MEASURED_OF_BATCH = `jobs JOIN results INDEXED BY results_by_scores ON results.job_id = jobs.id
  WHERE jobs.batch_id = ? AND verdict IS NOT NULL`;

const WORST_FIRST = `CASE verdict WHEN 'failed' THEN 0 WHEN 'look' THEN 1 ELSE 2 END, identical, psnr_db, jobs.id`;

const countsSchema = z
  .object({ counts: z.string() })
  .transform(({ counts }) => z.array(z.number()).parse(JSON.parse(counts)));
const nullableNumber = z.number().nullable();

const scoredRowSchema = z
  .object({
    id: z.number(),
    verdict: z.enum(VERDICTS),
    identical: z.number(),
    psnr_db: nullableNumber,
    ssim: nullableNumber,
    delta_e: nullableNumber,
    gradient_gain: nullableNumber,
    reasons: z.string(),
  })
  .transform((row): ScoredJob => ({
    jobId: row.id,
    verdict: row.verdict,
    scores: {
      identical: row.identical === 1,
      psnrDb: row.psnr_db,
      ssim: row.ssim,
      deltaE: row.delta_e,
      gradientGain: row.gradient_gain,
    },
    reasons: z.array(reasonSchema).parse(JSON.parse(row.reasons)),
  }));

/** A job whose result was measured. */
export interface ScoredJob extends Omit<MeasuredImage, 'job'> {
  readonly jobId: number;
  readonly scores: ImageScores;
}

/** Summaries of the reports of whole batches. */
export class ScoreTable {
  readonly #sql: SqlConnection;

  constructor(sql: SqlConnection) {
    this.#sql = sql;
  }

  /**
   * How many results of a batch have each verdict, and how many each score; results without a score are not in any bar.
   *
   * @param starts Where the bars of each histogram begin, in ascending order.
   */
  sumUp(
    batchId: number,
    starts: Readonly<Record<ScoreName, readonly number[]>>,
  ): Pick<BatchSummary, 'verdicts' | 'histograms'> {
    // All in one pass: each would go through the whole batch again.
    const counted = [
      ...VERDICTS.map((verdict) => `verdict = '${verdict}'`),
      ...SCORE_NAMES.flatMap((score) => barConditions(COUNTED[score], starts[score])),
    ].map((condition) => `count(*) FILTER (WHERE ${condition})`);
    const sql = `SELECT json_array(${counted.join(', ')}) AS counts FROM ${MEASURED_OF_BATCH}`;
    const counts = this.#sql.one(countsSchema, sql, batchId) ?? [];
    const next = counts[Symbol.iterator]();
    const take = (): number => next.next().value ?? 0;
    const [ok, look, failed] = [take(), take(), take()];
    const bars = (score: ScoreName): ScoreBar[] => starts[score].map((from) => ({ from, count: take() }));
    const histograms = {
      psnrDb: bars('psnrDb'),
      ssim: bars('ssim'),
      deltaE: bars('deltaE'),
      gradientGain: bars('gradientGain'),
    };
    return { verdicts: { ok, look, failed }, histograms };
  }

  /** A page of a batch's measured results: failed before look before ok, then the least faithful first. */
  worstFirst(batchId: number, offset: number, limit: number): ScoredJob[] {
    const page = `SELECT jobs.id AS id FROM ${MEASURED_OF_BATCH} ORDER BY ${WORST_FIRST} LIMIT ? OFFSET ?`;
    const sql = `SELECT job_id AS id, ${SCORE_COLUMNS}, iif(json_valid(report), json_extract(report, '$.quality.reasons'), NULL) AS reasons
      FROM results WHERE job_id IN (${page}) ORDER BY ${WORST_FIRST.replace('jobs.id', 'job_id')}`;
    return this.#sql.all(scoredRowSchema, sql, batchId, limit, offset);
  }
}
