import type { JobPool } from '../pool/jobPool.ts';
import { MachinePool, type MachinePoolParts } from './machinePool.ts';
import { connectQueue } from './redisConnection.ts';
import { Roots } from './roots.ts';

/** Where the queue is and what is shared, as on the command line. */
export interface MachineOptions {
  readonly queue: string;
  /** Each `NAME=DIR`. */
  readonly roots: readonly string[];
}

/** Turns a pool of this machine into one of all machines; to be called once. */
export type WidenPool = (local: JobPool, coordinator: () => string) => MachinePool;

/**
 * Joins a queue as a coordinator.
 *
 * @throws EnlargerError `usage/invalid-option`, `queue/…`.
 */
export async function openMachines(
  options: MachineOptions,
  parts: Pick<MachinePoolParts, 'modelHashOf' | 'isEqual' | 'onNote' | 'sweepFolder'>,
): Promise<WidenPool> {
  const roots = await Roots.open(options.roots);
  const { redis } = await connectQueue(options.queue);
  return (local, coordinator) => new MachinePool({ ...parts, local, coordinator, roots, redis });
}
