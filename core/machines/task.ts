import type { PoolJob, EnlargeResult } from '../pool/messages.ts';
import type { JobCallbacks } from '../pool/pendingJob.ts';
import type { SharedWork } from './sharedWork.ts';

/** A job from request to result, wherever it is done. */
export interface Task {
  readonly job: PoolJob;
  readonly callbacks: JobCallbacks;
  /** Counts up; earlier jobs go first. */
  readonly order: number;
  /** Machines that refused it. */
  readonly excluded: Set<string>;
  readonly resolve: (result: EnlargeResult) => void;
  readonly reject: (error: Error) => void;
  /** Absent if other machines cannot reach its files. */
  shared: SharedWork | undefined;
  /** It failed elsewhere for a reason that may concern only that machine. */
  isLocalOnly: boolean;
}
