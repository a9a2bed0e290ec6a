import type { PooledWorker } from './pooledWorker.ts';
import type { PendingJob } from './pendingJob.ts';

/** Jobs that one worker has at a time: one being decoded, one in the engine, one being encoded. */
export const JOBS_PER_WORKER = 3;

/** What happens to a job: it goes to a running worker or to a new one, or keeps waiting. */
export type Placement =
  | { readonly kind: 'worker'; readonly worker: PooledWorker }
  | { readonly kind: 'new-worker' }
  /** The worker that will have room first; nothing else is given to it meanwhile. */
  | { readonly kind: 'wait'; readonly reserved: PooledWorker | undefined };

/**
 * Chooses the worker with the fewest jobs, or a new one if all are busy and another may be started.
 *
 * @param serving The workers that serve the queue and are not reserved.
 * @param canStart Whether the queue may have one more worker.
 */
export function placeJob(
  pending: PendingJob,
  serving: readonly PooledWorker[],
  canStart: boolean,
): Placement {
  const [roomiest] = [...serving].sort((a, b) => a.attempts.size - b.attempts.size);
  if (roomiest?.attempts.size === 0) return { kind: 'worker', worker: roomiest };
  if (canStart) return { kind: 'new-worker' };
  if (pending.mustRunAlone) return { kind: 'wait', reserved: roomiest };
  const open = serving
    .filter(({ attempts }) => attempts.size < JOBS_PER_WORKER && !holdsSuspect(attempts.values()))
    .sort((a, b) => a.attempts.size - b.attempts.size)[0];
  return open === undefined ? { kind: 'wait', reserved: undefined } : { kind: 'worker', worker: open };
}

function holdsSuspect(attempts: Iterable<{ readonly pending: PendingJob }>): boolean {
  return [...attempts].some(({ pending }) => pending.mustRunAlone);
}
