import type { QueueView } from '../../api/views.ts';
import type { Store } from '../../store/store.ts';
import type { JobQueue } from './jobQueue.ts';
import type { QueueEstimate } from './queueEstimate.ts';
import type { QueueRate } from './queueRate.ts';

function stateOf(queue: JobQueue): QueueView['state'] {
  if (queue.mode === 'paused') return { kind: 'paused' };
  if (queue.isBusy) return { kind: 'running' };
  return queue.hindrances[0] ?? { kind: 'idle' };
}

/** What a view of the queue is made from. */
export interface QueueFacts {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly rate: QueueRate;
  readonly estimate: QueueEstimate;
}

/** Until this machine has measured rates for similar images, only the speed of the current run is known. */
function remainingMsOf({ store, rate, estimate }: QueueFacts): number | undefined {
  const open = store.jobs.openWork();
  return open.images === 0 ? undefined : (estimate.remainingMs() ?? rate.remainingMs(open));
}

/** The queue as the user interfaces show it. */
export function queueView(facts: QueueFacts): QueueView {
  const { store, queue, rate } = facts;
  const counts = store.jobs.counts();
  const remainingMs = remainingMsOf(facts);
  const { device } = rate;
  const { hindrances } = queue;
  return {
    state: stateOf(queue),
    counts,
    megapixelsPerSecond: rate.megapixelsPerSecond(),
    ...(remainingMs !== undefined && { remainingMs }),
    ...(hindrances.length > 0 && { hindrances }),
    ...(device !== undefined && queue.isBusy && { device }),
  };
}
