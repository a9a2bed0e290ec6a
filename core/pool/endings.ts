import { EnhancerError } from '../api/errors.ts';
import type { PendingJob } from './pendingJob.ts';
import type { Attempt, EndCause } from './pooledWorker.ts';
import { halfTile } from './tileLimits.ts';

/** A job that alone with a worker brought it down so often is given up. */
const MAX_PROVEN_CRASHES = 2;

/** The first time the job gets smaller tiles, and the whole worker. */
const MAX_MEMORY_KILLS = 2;

const MEGABYTE = 1024 * 1024;

/** How a worker ended: `cause` where the pool ended it, `how` as the system tells it. */
export interface WorkerEnd {
  readonly cause: EndCause | undefined;
  readonly how: string;
}

/** One job of a worker that is gone: tried again, or given up with the reason. */
export interface Judgement {
  readonly pending: PendingJob;
  readonly giveUp: EnhancerError | undefined;
  /** Whether it is known that the worker ended over this job and no other. */
  readonly isProven: boolean;
}

function errorOf({ cause, how }: WorkerEnd): EnhancerError {
  switch (cause?.kind) {
    case 'hung':
      return new EnhancerError('worker/timeout', cause.message);
    case 'memory': {
      const residentMb = Math.round(cause.residentBytes / MEGABYTE);
      return new EnhancerError(
        'worker/out-of-memory',
        `The worker that made this picture came to hold ${residentMb} MB, more than it may, even with smaller tiles. ` +
          'Allow workers more memory, or choose a smaller size.',
        { residentMb },
      );
    }
    case 'garbage':
      return new EnhancerError(
        'worker/crashed',
        'The worker that made this picture sent what is no message.',
      );
    case 'closed':
      return new EnhancerError('worker/crashed', 'The worker was ended with the program while it had work.');
    default:
      return new EnhancerError('worker/crashed', `The worker that made this picture died: ${how}.`);
  }
}

/** The jobs that may have brought a worker down: those that it had begun and that were not just waiting. */
function suspects(attempts: readonly Attempt[], cause: EndCause | undefined): readonly Attempt[] {
  if (cause?.kind === 'engine-memory') return [];
  if (cause?.kind === 'hung' && cause.attempt !== undefined) return [cause.attempt];
  const active = attempts.filter(({ stage }) => stage !== undefined && stage !== 'wait');
  return active.length > 0 ? active : attempts;
}

function judgeSuspect(pending: PendingJob, end: WorkerEnd, isProven: boolean): Judgement {
  pending.mustRunAlone = true;
  if (end.cause?.kind === 'memory') {
    pending.memoryKills++;
    pending.tile = halfTile(pending.tile) ?? pending.tile;
    return {
      pending,
      isProven,
      giveUp: pending.memoryKills >= MAX_MEMORY_KILLS ? errorOf(end) : undefined,
    };
  }
  if (isProven) pending.provenCrashes++;
  return {
    pending,
    isProven,
    giveUp: pending.provenCrashes >= MAX_PROVEN_CRASHES ? errorOf(end) : undefined,
  };
}

/** Decides what becomes of each job of a worker that is gone, and notes on it what its next attempt must heed. */
export function judgeJobs(attempts: readonly Attempt[], end: WorkerEnd): Judgement[] {
  const suspected = suspects(attempts, end.cause);
  return attempts.map((attempt) => {
    const { pending } = attempt;
    if (end.cause?.kind === 'closed') return { pending, isProven: false, giveUp: errorOf(end) };
    if (!suspected.includes(attempt)) return { pending, isProven: false, giveUp: undefined };
    return judgeSuspect(pending, end, suspected.length === 1);
  });
}
