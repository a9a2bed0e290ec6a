import type { JobCallbacks } from '../../pool/workerPool.ts';
import type { EnlargeJob, EnlargeResult } from '../../pool/messages.ts';

/**
 * What does the work. The pool of local processes is one implementation; workers on other machines would be another,
 * so nothing here depends on where a worker runs.
 */
export interface JobPool {
  /** How many jobs can be under way at once. */
  readonly capacity: number;
  /** Brings a job to its end; rejects with an `EnlargerError`, `job/cancelled` after the signal. */
  run(job: EnlargeJob, callbacks: JobCallbacks): Promise<EnlargeResult>;
  /** Holds all work before the next tile, with everything warm, until `resume`. */
  pause?(): void;
  resume?(): void;
}
