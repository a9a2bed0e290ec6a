import type { BatchView, JobState, JobView, MediaId } from '../../api/views.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import type { JobTable } from '../../store/jobTable.ts';
import type { StoredJob } from '../../store/storedJob.ts';

/** What is known about a job outside the store. */
export interface LiveJobs {
  progressOf(jobId: number): { readonly tilesDone: number; readonly tilesTotal: number };
  thumbnailOf(jobId: number): MediaId | undefined;
  /** Whether people may see where a job's source is. */
  readonly showsPaths: boolean;
}

function stateOf(job: StoredJob, live: LiveJobs): JobState {
  const { state } = job;
  return state.kind === 'running' || state.kind === 'publishing'
    ? { kind: 'running', ...live.progressOf(job.id) }
    : state;
}

/** A job as a row shows it. */
export function jobView(job: StoredJob, live: LiveJobs): JobView {
  const { id, batchId, name, inputSize, targetSize, attempts, addedAt } = job;
  const thumbnail = live.thumbnailOf(id);
  return {
    ...{ id, batchId, name, attempts, addedAt },
    ...(live.showsPaths && { sourcePath: job.source }),
    state: stateOf(job, live),
    ...(inputSize && { inputSize }),
    ...(targetSize && { targetSize }),
    ...(thumbnail !== undefined && { thumbnail }),
  };
}

export function batchView({ id, origin, spec, addedAt, finishedAt }: StoredBatch, jobs: JobTable): BatchView {
  const counts = jobs.counts(id);
  return { id, origin, spec, counts, addedAt, ...(finishedAt !== undefined && { finishedAt }) };
}
