import type { Redis } from 'ioredis';
import type { JobPool } from '../pool/jobPool.ts';
import { MachinePool, type MachinePoolParts } from './machinePool.ts';
import { connectQueue, withPassword } from './redisConnection.ts';
import { Roots } from './roots.ts';

/** Where the queue is and what is shared, as on the command line. */
export interface MachineOptions {
  readonly queue: string;
  /** Each `NAME=DIR`. */
  readonly roots: readonly string[];
  /** Of the server; if absent, it comes from the environment. */
  readonly password?: string;
}

async function connect({ queue, roots, password }: MachineOptions): Promise<{ roots: Roots; redis: Redis }> {
  const opened = await Roots.open(roots);
  const { redis } = await connectQueue(
    queue,
    password === undefined ? process.env : withPassword(password, process.env),
  );
  return { roots: opened, redis };
}

/**
 * Connects once and disconnects again.
 *
 * @throws EnlargerError `usage/invalid-option`, `queue/…`.
 */
export async function tryMachines(options: MachineOptions): Promise<void> {
  const { redis } = await connect(options);
  redis.disconnect();
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
  const { roots, redis } = await connect(options);
  return (local, coordinator) => new MachinePool({ ...parts, local, coordinator, roots, redis });
}
