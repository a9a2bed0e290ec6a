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
  /** The device that it needs: each has separate queues and workers. */
  readonly queue: string;
  readonly priority: number;
  /** Counts up; earlier jobs go first. */
  readonly order: number;
  readonly callbacks: JobCallbacks;
  readonly resolve: (result: EnlargeResult) => void;
  readonly reject: (error: EnlargerError) => void;
  /** Number of workers that died or hung when only this job could be to blame. */
  provenCrashes: number;
  /** Number of workers with this job that someone else ended. */
  outsideKills: number;
  /** Workers that died before they could begin anything. */
  failedStarts: number;
  /** Number of workers with this job that were ended for their memory. */
  memoryKills: number;
  /** A job that may have crashed a worker runs alone, so that it cannot affect other jobs. */
  mustRunAlone: boolean;
  tile: 'auto' | number;
}

/** The order of the queue: by priority, then retried jobs with the fewest crashes, then in order of arrival. */
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
