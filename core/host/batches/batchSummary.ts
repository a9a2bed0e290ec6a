import { EnlargerError } from '../../api/errors.ts';
import type { BatchSummary } from '../../api/views.ts';
import { BAR_STARTS } from '../../report/scoreBars.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import type { HostContext } from '../hostContext.ts';
import { jobView } from '../queue/jobViews.ts';

export interface SummaryRequest {
  readonly batchId: number;
  readonly offset: number;
  readonly limit: number;
}

/**
 * The measurements of a batch as a whole, with a page of its images and failures.
 *
 * @throws EnlargerError `batch/not-found`.
 */
export function batchSummary(
  { store, thumbnails, live }: Pick<HostContext, 'store' | 'thumbnails' | 'live'>,
  { batchId, offset, limit }: SummaryRequest,
): BatchSummary {
  const { scores, jobs, batches } = store;
  if (batches.get(batchId) === undefined) {
    throw new EnlargerError('batch/not-found', `There is no batch ${batchId}.`, { batchId });
  }
  const scored = scores.worstFirst(batchId, offset, limit);
  const shown = new Map(jobs.getAll(scored.map(({ jobId }) => jobId)).map((job) => [job.id, job]));
  const failed = jobs.page({ batchId, states: ['failed'], order: 'queue', offset, limit }).jobs;
  thumbnails.want([...shown.values(), ...failed]);
  return {
    counts: jobs.counts(batchId),
    ...scores.sumUp(batchId, BAR_STARTS),
    worstFirst: scored.map(({ jobId, ...rest }) => ({
      ...rest,
      job: jobView(requireShown(shown, jobId), live),
    })),
    failures: failed.map((job) => jobView(job, live)),
  };
}

function requireShown(jobs: ReadonlyMap<number, StoredJob>, jobId: number): StoredJob {
  const job = jobs.get(jobId);
  if (job === undefined) throw new TypeError(`Job ${jobId} has a result but is missing from the store.`);
  return job;
}
