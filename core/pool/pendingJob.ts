import { EnlargerError } from '../api/errors.ts';
import type { EnlargeJob, EnlargeResult } from './messages.ts';

export interface JobCallbacks {
  readonly onProgress: (tilesDone: number, tilesTotal: number) => void;
  readonly signal: AbortSignal;
  /** The lower number goes first, as in the job list: a person is served before a watched folder. 0 if absent. */
  readonly priority?: number;
}

/** A job from request to result, over all its attempts. */
export interface PendingJob {
  readonly job: EnlargeJob;
  /** The device that it needs: each has a queue and workers of its own. */
  readonly queue: string;
  readonly priority: number;
  /** Counts up; earlier jobs go first. */
  readonly order: number;
  readonly callbacks: JobCallbacks;
  readonly resolve: (result: EnlargeResult) => void;
  readonly reject: (error: EnlargerError) => void;
  /** Workers that died or hung with this job as the only one to blame. */
  provenCrashes: number;
  /** Workers that someone else ended with this job among theirs. */
  outsideKills: number;
  /** Workers that died before they could begin anything. */
  failedStarts: number;
  /** Workers that were ended over their memory with this job among theirs. */
  memoryKills: number;
  /** A job that may have brought a worker down runs alone, so that it can take no other with it. */
  mustRunAlone: boolean;
  tile: 'auto' | number;
}

/** Who comes first in the queue: by priority, then what was tried already and crashed least, then in order of arrival. */
export function compareInLine(a: PendingJob, b: PendingJob): number {
  return (
    a.priority - b.priority ||
    Number(b.mustRunAlone) - Number(a.mustRunAlone) ||
    a.provenCrashes - b.provenCrashes ||
    a.order - b.order
  );
}

export function isCancelled({ callbacks }: PendingJob): boolean {
  return callbacks.signal.aborted;
}

export function cancelledError(): EnlargerError {
  return new EnlargerError('job/cancelled', 'The job was cancelled.');
}
