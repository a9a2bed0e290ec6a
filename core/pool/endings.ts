import { EnlargerError } from '../api/errors.ts';
import type { WorkerExit } from './launcher.ts';
import type { PendingJob } from './pendingJob.ts';
import type { Attempt, EndCause, PooledWorker } from './pooledWorker.ts';
import { halfTile } from './tileLimits.ts';

/** A job that crashed this many workers while it was alone in them is given up. */
const MAX_PROVEN_CRASHES = 2;

/** A single kill from outside is not the image's fault; if it happens each time, the system is running out of memory. */
const MAX_OUTSIDE_KILLS = 6;

/** If a worker dies before it begins any job, its jobs are not to blame, but they must not wait for ever. */
const MAX_FAILED_STARTS = 5;

/** The first time, the job gets smaller tiles and a worker to itself. */
const MAX_MEMORY_KILLS = 2;

const MEGABYTE = 1024 * 1024;

/** How a worker ended, with the reason if the pool ended it. */
export interface WorkerEnd extends WorkerExit {
  readonly cause: EndCause | undefined;
}

/** One job of a worker that is gone: tried again, or given up with the reason. */
export interface Judgement {
  readonly pending: PendingJob;
  readonly giveUp: EnlargerError | undefined;
}

function errorOf({ cause, how }: WorkerEnd): EnlargerError {
  switch (cause?.kind) {
    case 'hung':
      return new EnlargerError('worker/timeout', cause.message);
    case 'memory': {
      const residentMb = Math.round(cause.residentBytes / MEGABYTE);
      return new EnlargerError(
        'worker/out-of-memory',
        `The worker of this image exceeded its memory limit with ${residentMb} MB, even with smaller tiles. ` +
          'Raise the memory limit, or choose a smaller size.',
        { residentMb },
      );
    }
    case 'garbage':
      return new EnlargerError('worker/crashed', 'The worker of this image sent an invalid message.');
    case 'closed':
      return new EnlargerError('worker/crashed', 'The worker was ended together with the program.');
    default:
      return new EnlargerError('worker/crashed', `The worker that made this image died: ${how}.`);
  }
}

/** The jobs that may have brought a worker down: those that it had begun and that were not just waiting. */
function suspectsOf(worker: PooledWorker, cause: EndCause | undefined): readonly Attempt[] {
  if (cause?.kind === 'engine-memory') return [];
  if (cause?.kind === 'hung' && cause.attempt !== undefined) return [cause.attempt];
  const attempts = [...worker.attempts.values()];
  const active = attempts.filter(({ stage }) => stage !== undefined && stage !== 'wait');
  return active.length > 0 ? active : attempts;
}

function isFromOutside({ cause, wasKilled }: WorkerEnd): boolean {
  return cause === undefined && wasKilled;
}

function judgeSuspect(pending: PendingJob, end: WorkerEnd, isProven: boolean): EnlargerError | undefined {
  pending.mustRunAlone = true;
  if (end.cause?.kind === 'memory') {
    pending.memoryKills++;
    pending.tile = halfTile(pending.tile) ?? pending.tile;
    return pending.memoryKills >= MAX_MEMORY_KILLS ? errorOf(end) : undefined;
  }
  if (isFromOutside(end)) {
    pending.outsideKills++;
    return pending.outsideKills >= MAX_OUTSIDE_KILLS ? errorOf(end) : undefined;
  }
  if (isProven) pending.provenCrashes++;
  return pending.provenCrashes >= MAX_PROVEN_CRASHES ? errorOf(end) : undefined;
}

/** Decides what happens to each job of a worker that is gone, and records in it what its next attempt has to respect. */
export function judgeJobs(worker: PooledWorker, end: WorkerEnd): Judgement[] {
  const suspects = suspectsOf(worker, end.cause);
  return [...worker.attempts.values()].map((attempt) => {
    const { pending } = attempt;
    if (end.cause?.kind === 'closed') return { pending, giveUp: errorOf(end) };
    // No image is to blame: the others just start again.
    if (end.cause?.kind === 'cancelled') return { pending, giveUp: undefined };
    if (!worker.hasStarted) {
      pending.failedStarts++;
      return { pending, giveUp: pending.failedStarts >= MAX_FAILED_STARTS ? errorOf(end) : undefined };
    }
    if (!suspects.includes(attempt)) return { pending, giveUp: undefined };
    return { pending, giveUp: judgeSuspect(pending, end, suspects.length === 1) };
  });
}

/**
 * The likely cause of a worker's crash: the image, if only one is possible, or, without an input, its start.
 *
 * @returns Undefined if that is not known, or if it was not a crash.
 */
export function crashReason(worker: PooledWorker, end: WorkerEnd): { input?: string } | undefined {
  const { cause } = end;
  if (isFromOutside(end)) return undefined;
  if (cause !== undefined && cause.kind !== 'hung' && cause.kind !== 'garbage') return undefined;
  if (!worker.hasStarted) return {};
  const [suspect, ...others] = suspectsOf(worker, cause);
  return suspect === undefined || others.length > 0 ? undefined : { input: suspect.pending.job.inputPath };
}
