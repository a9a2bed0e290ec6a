import type { z } from 'zod';
import type { METHOD_INPUTS } from '../../../core/api/methodInputs.ts';
import { JOB_STATES } from '../../../core/api/views.ts';
import type { JobCounts, JobPage, JobView } from '../../../core/api/views.ts';

type ListQuery = z.output<(typeof METHOD_INPUTS)['listJobs']>;

export const NO_COUNTS: JobCounts = { queued: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };

export function countJobs(jobs: readonly JobView[]): JobCounts {
  const counts: Record<JobView['state']['kind'], number> = { ...NO_COUNTS };
  for (const { state } of jobs) counts[state.kind] += 1;
  return counts;
}

const byName = (a: JobView, b: JobView): number => a.name.localeCompare(b.name, 'en');
const pixelsOf = ({ targetSize }: JobView): number => (targetSize?.width ?? 0) * (targetSize?.height ?? 0);
const elapsedOf = ({ state }: JobView): number => (state.kind === 'done' ? state.elapsedMs : 0);
const badness = ({ state }: JobView): number => (state.kind === 'done' && state.verdict === 'look' ? 0 : 1);

const ORDERS: Readonly<Record<ListQuery['order'], (jobs: readonly JobView[]) => JobView[]>> = {
  queue: (jobs) => [...jobs],
  newest: (jobs) => [...jobs].reverse(),
  name: (jobs) => [...jobs].sort(byName),
  'worst-first': (jobs) => [...jobs].sort((a, b) => badness(a) - badness(b)),
  largest: (jobs) => [...jobs].sort((a, b) => pixelsOf(b) - pixelsOf(a)),
  slowest: (jobs) => [...jobs].sort((a, b) => elapsedOf(b) - elapsedOf(a)),
  state: (jobs) =>
    [...jobs].sort((a, b) => JOB_STATES.indexOf(a.state.kind) - JOB_STATES.indexOf(b.state.kind)),
  folder: (jobs) => [...jobs].sort((a, b) => (a.sourcePath ?? '').localeCompare(b.sourcePath ?? '', 'en')),
};

/** A page of these jobs, which are in the order of the queue. */
export function listStandInJobs(jobs: readonly JobView[], query: ListQuery): JobPage {
  const ofBatch = jobs.filter(({ batchId }) => query.batchId === undefined || batchId === query.batchId);
  const search = query.search?.toLowerCase() ?? '';
  const fitting = ofBatch
    .filter(({ state }) => query.states?.includes(state.kind) ?? true)
    .filter(({ name }) => name.toLowerCase().includes(search));
  const ordered = ORDERS[query.order](fitting);
  return {
    total: ordered.length,
    offset: query.offset,
    jobs: ordered.slice(query.offset, query.offset + query.limit),
    counts: countJobs(ofBatch),
  };
}
