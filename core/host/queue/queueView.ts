import type { QueueView } from '../../api/views.ts';
import type { Store } from '../../store/store.ts';
import type { JobQueue } from './jobQueue.ts';
import type { QueueRate } from './queueRate.ts';

function stateOf(queue: JobQueue): QueueView['state'] {
  switch (queue.mode.kind) {
    case 'paused':
      return { kind: 'paused' };
    case 'disk-full':
    case 'volume-gone':
      return queue.mode;
    case 'started':
      return { kind: queue.isBusy ? 'running' : 'idle' };
  }
}

/** The queue as faces show it. */
export function queueView(store: Store, queue: JobQueue, rate: QueueRate): QueueView {
  const counts = store.jobs.counts();
  const open = store.jobs.openWork();
  const remainingMs = open.images > 0 ? rate.remainingMs(open) : undefined;
  const { device } = rate;
  return {
    state: stateOf(queue),
    counts,
    megapixelsPerSecond: rate.megapixelsPerSecond(),
    ...(remainingMs !== undefined && { remainingMs }),
    ...(device !== undefined && queue.isBusy && { device }),
  };
}
