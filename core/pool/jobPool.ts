import type { MachineView } from '../api/contract.ts';
import type { JobSettings } from '../api/jobSettings.ts';
import type { DeviceView } from '../api/views.ts';
import type { EnlargeResult, PoolJob } from './messages.ts';
import type { JobCallbacks } from './pendingJob.ts';

/** Workers die one after the other, each over another image or at its start, so the images are not to blame. */
export interface PoolTrouble {
  /** How the last one ended. */
  readonly how: string;
}

export interface PoolListener {
  /** The pool suspends its work, as after `pause`, until `resume`. Without a listener it continues. */
  readonly onTrouble?: (trouble: PoolTrouble) => void;
  /** `capacity` has grown. */
  readonly onCapacity?: () => void;
}

/**
 * The interface of whatever does the work: it decides where a job runs, on which devices, with how many threads, and
 * where the models come from. `localPool.ts` is the implementation for this machine, `MachinePool` that for several. What
 * uses a pool knows only this interface.
 */
export interface JobPool {
  /** How many jobs can be under way at once. It may change; `onCapacity` reports that it has grown. */
  readonly capacity: number;
  /**
   * Runs a job to completion, over as many attempts as that needs. The finished image is at the job's `tempPath` then.
   *
   * @throws EnlargerError with the job's own code, `engine/unavailable`, `worker/…`, or `job/cancelled` after the
   * signal.
   */
  run(job: PoolJob, callbacks: JobCallbacks): Promise<EnlargeResult>;
  /**
   * The devices that the pool can use.
   *
   * @param probe Try every device again instead of reporting what is known.
   */
  listDevices(probe: boolean): Promise<readonly DeviceView[]>;
  /**
   * Checks, without trying any, that there is a device that these settings may use.
   *
   * @throws EnlargerError `engine/unavailable`.
   */
  assertUsable?(settings: Pick<JobSettings, 'engine' | 'device' | 'model'>): void;
  /** Other connected machines; absent for a pool of this machine alone. */
  listMachines?(): Promise<readonly MachineView[]>;
  /** Prepares for upcoming work, so that its first image need not wait. */
  warmUp?(): void;
  /** Suspends all work before the next tile, with everything warm, until `resume`. Without it, work is cancelled. */
  pause?(): void;
  resume?(): void;
  /** Sets who is notified; one listener at a time. */
  listen?(listener: PoolListener): void;
  /** Ends work under way as cancelled and releases everything. */
  close(): Promise<void>;
}
