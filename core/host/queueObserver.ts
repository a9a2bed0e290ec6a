import type { HostContext } from './hostContext.ts';
import type { HostParts } from './hostParts.ts';
import type { QueueObserver } from './queue/jobQueue.ts';

interface ObserverParts extends Pick<HostContext, 'hub' | 'rate' | 'estimate'> {
  readonly log: HostParts['log'];
}

/** Notifies listeners of what the queue does, and measures its pace. */
export function queueObserver({ hub, rate, estimate, log }: ObserverParts): QueueObserver {
  const changed = (jobId: number): void => {
    hub.jobChanged(jobId);
    hub.queueChanged();
  };
  return {
    jobStarted: ({ id, source }) => {
      rate.start(id);
      log.info('Job started', { job: id, source });
      changed(id);
    },
    jobProgress: ({ id }) => {
      hub.jobChanged(id);
    },
    jobEnded: (job, end) => {
      const { id, source } = job;
      if (end.kind === 'done') {
        const { output, device } = end.picture;
        rate.end(id, { megapixels: (output.width * output.height) / 1e6, device });
        estimate.ended(job, rate.busyMs());
        log.info('Job done', {
          job: id,
          source,
          output: end.outputPath,
          elapsedMs: Math.round(end.made.elapsedMs),
        });
      } else rate.end(id);
      if (end.kind === 'failed') log.info('Job failed', { job: id, source, ...end.error });
      else if (end.kind !== 'done') log.info('Job ended', { job: id, source, how: end.kind });
      changed(id);
      hub.batchesChanged();
    },
    jobsChanged: (ids) => {
      hub.jobsChanged(ids);
      hub.queueChanged();
      hub.batchesChanged();
    },
    hindered: () => {
      hub.queueChanged();
    },
    queueChanged: (mode) => {
      rate.setPaused(mode === 'paused');
      hub.queueChanged();
    },
    batchFinished: (batch) => {
      log.info('Batch finished', { batch });
      hub.batchesChanged();
    },
  };
}
