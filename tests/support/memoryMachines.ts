import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from '../../core/api/jobSettings.ts';
import { MachinePool } from '../../core/machines/machinePool.ts';
import type { Presence } from '../../core/machines/messages.ts';
import { connectQueue, type QueueEnvironment } from '../../core/machines/redisConnection.ts';
import { Roots } from '../../core/machines/roots.ts';
import { WorkerMachine } from '../../core/machines/workerMachine.ts';
import type { JobPool } from '../../core/pool/jobPool.ts';
import type { EnlargeResult, PoolJob } from '../../core/pool/messages.ts';

const MODEL_HASH = 'c'.repeat(64);

interface MadeMachine {
  readonly pool: JobPool;
  readonly name?: string;
  readonly modelHash?: string;
  readonly modelHashOf?: (settings: JobSettings) => Promise<string>;
  readonly notes?: string[];
  readonly leaseMs?: number;
  readonly engine?: string;
  readonly environment?: QueueEnvironment;
}

/** Joins a machine of this process to a queue. */
export async function joinMachine(url: string, folder: string, made: MadeMachine): Promise<WorkerMachine> {
  const { redis } = await connectQueue(url, made.environment ?? {});
  const { pool, name = 'memory', engine = 'sleep', modelHash = MODEL_HASH, notes = [], leaseMs } = made;
  const machine = new WorkerMachine({
    ...{ redis, pool, name, version: '0.1.0', engine, capacity: pool.capacity },
    roots: await Roots.open([`test=${folder}`]),
    modelsFolder: folder,
    modelHashOf: made.modelHashOf ?? (() => Promise.resolve(modelHash)),
    onNote: (sentence) => notes.push(sentence),
    ...(leaseMs !== undefined && { leaseMs }),
  });
  await machine.start();
  return machine;
}

export interface MadeCoordinator {
  readonly local: JobPool;
  readonly coordinator?: string;
  readonly notes?: string[];
  readonly isEqual?: (presence: Presence) => boolean;
  readonly environment?: QueueEnvironment;
}

/** A coordinator in this process, and a function that cuts it off like a crash. */
export async function openCoordinator(
  url: string,
  folder: string,
  { local, coordinator = '0123456789abcdef', notes = [], isEqual, environment = {} }: MadeCoordinator,
): Promise<{ readonly pool: MachinePool; readonly cutOff: () => void }> {
  const { redis } = await connectQueue(url, environment);
  const pool = new MachinePool({
    ...{ redis, local, coordinator: () => coordinator },
    roots: await Roots.open([`test=${folder}`]),
    modelHashOf: () => Promise.resolve(MODEL_HASH),
    onNote: (sentence) => notes.push(sentence),
    ...(isEqual && { isEqual }),
  });
  return {
    pool,
    cutOff: () => {
      redis.disconnect();
    },
  };
}

/** Jobs with inputs and a folder for results below a shared folder. */
export function makeJobs(folder: string, count: number, run = '0123abcd'): PoolJob[] {
  const output = path.join(folder, 'out');
  mkdirSync(output, { recursive: true });
  return Array.from({ length: count }, (_each, index) => {
    const inputPath = path.join(folder, `in-${index}.png`);
    // A later run finds the same file.
    if (!existsSync(inputPath)) writeFileSync(inputPath, 'an image');
    const base = path.join(output, `.enlarger-${run}-${index + 1}`);
    return {
      ...{ id: index + 1, inputPath, tempPath: `${base}.part`, scratchFolder: `${base}.scratch` },
      ...{ outputFormat: 'png', settings: DEFAULT_JOB_SETTINGS, modelsFolder: folder },
    } as const;
  });
}

/** Runs jobs to completion, as many at once as the pool has room for. */
export async function runAll(pool: JobPool, jobs: readonly PoolJob[]): Promise<EnlargeResult[]> {
  const { signal } = new AbortController();
  const callbacks = { signal, onProgress: () => undefined };
  const running: Promise<EnlargeResult>[] = [];
  let open = 0;
  await new Promise<void>((resolve) => {
    const supply = (): void => {
      while (running.length < jobs.length && open < Math.max(1, pool.capacity)) {
        const job = jobs[running.length];
        if (job === undefined) break;
        open++;
        const result = pool.run(job, callbacks).finally(() => {
          open--;
          supply();
        });
        running.push(result);
      }
      if (running.length === jobs.length) resolve();
    };
    pool.listen?.({ onCapacity: supply });
    supply();
  });
  return Promise.all(running);
}
