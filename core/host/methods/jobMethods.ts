import { EnlargerError } from '../../api/errors.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import type { MethodsOf } from '../bindApi.ts';
import type { HostContext } from '../hostContext.ts';
import { jobView } from '../queue/jobViews.ts';

/** @throws EnlargerError `job/not-found`. */
export function requireJob({ store }: HostContext, jobId: number): StoredJob {
  const job = store.jobs.get(jobId);
  if (job === undefined) throw new EnlargerError('job/not-found', `There is no job ${jobId}.`, { jobId });
  return job;
}

/** Rows of the list, and the actions on them. */
export function jobMethods(
  context: HostContext,
): MethodsOf<'listJobs' | 'getJob' | 'cancelJobs' | 'retryJobs' | 'removeJobs' | 'moveJobs'> {
  const { store, queue, hub, thumbnails, live } = context;
  return {
    listJobs: (query) => {
      const { total, jobs } = store.jobs.page(query);
      thumbnails.want(jobs);
      const { batchId, offset } = query;
      const counts = store.jobs.counts(batchId);
      return Promise.resolve({ total, offset, jobs: jobs.map((job) => jobView(job, live)), counts });
    },
    getJob: ({ jobId }) => Promise.resolve(jobView(requireJob(context, jobId), live)),
    cancelJobs: async (choice) => ({ cancelled: await queue.cancel(choice) }),
    retryJobs: (choice) => Promise.resolve({ queued: queue.retry(choice) }),
    removeJobs: async (choice) => {
      const removed = await queue.remove(choice);
      hub.rowsChanged();
      hub.batchesChanged();
      return { removed };
    },
    moveJobs: ({ jobIds, beforeJobId }) => {
      if (beforeJobId !== undefined) requireJob(context, beforeJobId);
      const moved = store.jobs.move(jobIds, beforeJobId);
      hub.rowsChanged();
      return Promise.resolve({ moved });
    },
  };
}
