import { execFileSync } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { EnlargerError } from '../../core/api/errors.ts';
import type { BatchTotals } from '../../core/api/events.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import { runBatch } from '../../core/host/batches/runBatch.ts';
import { forkLauncher, type WorkerHandle, type WorkerLauncher } from '../../core/pool/launcher.ts';
import { batchRequest } from './batchRequest.ts';
import { LocalPool } from '../../core/pool/localPool.ts';
import { WorkerPool, type WorkerPoolOptions } from '../../core/pool/workerPool.ts';
import { fixturePath, modelsFolder } from './images.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const STAND_IN = fileURLToPath(new URL('../../dist/tests/support/standInWorker.js', import.meta.url));
export const REAL_WORKER = fileURLToPath(new URL('../../dist/core/worker/main.js', import.meta.url));

/** A launcher that keeps track of its workers, which are ended with the test. */
export function watchedLauncher(
  entry: string,
  args: readonly string[] = [],
): { launch: WorkerLauncher; started: WorkerHandle[] } {
  const started: WorkerHandle[] = [];
  const launch = forkLauncher(entry, args);
  onTestFinished(() => {
    for (const worker of started) worker.kill();
  });
  return {
    started,
    launch: () => {
      const worker = launch();
      started.push(worker);
      return worker;
    },
  };
}

export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** How jobs with stand-in workers ended, by the name of the input, and how many workers it took. */
export interface StandInEnd {
  readonly endings: Readonly<Record<string, string>>;
  readonly workers: number;
  readonly elapsedMs: number;
}

/** Runs jobs whose inputs name a fault (`standInWorker.ts`) on real processes. */
export async function runStandIns(
  inputs: readonly string[],
  options: Partial<WorkerPoolOptions> = {},
): Promise<StandInEnd> {
  const folder = temporaryFolder();
  const { launch, started } = watchedLauncher(STAND_IN);
  const pool = new WorkerPool({ launch, workers: 1, ...options });
  const startedAt = performance.now();
  const endings: Record<string, string> = {};
  const { signal } = new AbortController();
  // Every job listens.
  setMaxListeners(0, signal);
  const run = async (input: string, id: number): Promise<void> => {
    const tempPath = path.join(folder, `${id}.part`);
    const job = {
      id,
      inputPath: input,
      tempPath,
      scratchFolder: `${tempPath}.scratch`,
      outputFormat: 'png' as const,
      settings: DEFAULT_JOB_SETTINGS,
      modelsFolder,
      threads: 1,
    };
    try {
      await pool.run(job, { signal, onProgress: () => undefined });
      endings[input] = 'done';
    } catch (error) {
      endings[input] = error instanceof EnlargerError ? error.code : String(error);
    }
  };
  try {
    await Promise.all(inputs.map(run));
    return { endings, workers: started.length, elapsedMs: performance.now() - startedAt };
  } finally {
    pool.close();
    await expect.poll(() => started.filter(({ pid }) => isAlive(pid)), { timeout: 10_000 }).toEqual([]);
  }
}

export interface MurderEnd {
  readonly totals: BatchTotals;
  readonly kills: number;
  readonly elapsedMs: number;
  /** Files in the output folder that are not results. */
  readonly leftovers: readonly string[];
}

/** Runs a batch of small images on real workers while a random one is killed repeatedly. */
export async function murderWorkers(images: number, workers: number, everyMs: number): Promise<MurderEnd> {
  const folder = temporaryFolder();
  const source = path.join(folder, 'in');
  const output = path.join(folder, 'out');
  mkdirSync(source);
  for (let index = 0; index < images; index++) {
    copyFileSync(fixturePath('rgb8.jpg'), path.join(source, `${index}.jpg`));
  }
  const { launch, started } = watchedLauncher(REAL_WORKER);
  const pool = new LocalPool({ launch, workers, threads: 1 });
  let kills = 0;
  const startedAt = performance.now();
  const murderer = setInterval(() => {
    const alive = started.filter(({ pid }) => isAlive(pid));
    const victim = alive[Math.floor(Math.random() * alive.length)];
    if (victim === undefined) return;
    victim.kill();
    kills++;
  }, everyMs);
  try {
    const totals = await runBatch(
      batchRequest([source], output, {
        settings: { ...DEFAULT_JOB_SETTINGS, model: 'bicubic', sizing: { kind: 'factor', factor: 2 } },
      }),
      { pool, signal: new AbortController().signal, program: 'test', onEvent: () => undefined },
    );
    const leftovers = readdirSync(output).filter((name) => name.startsWith('.'));
    return { totals, kills, elapsedMs: performance.now() - startedAt, leftovers };
  } finally {
    clearInterval(murderer);
    await pool.close();
  }
}

/** The remaining processes of a process group, from `ps`. */
export function groupMembers(groupId: number): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,pgid=,stat='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => {
    const [, group, state = ''] = line.trim().split(/\s+/);
    return Number(group) === groupId && !state.startsWith('Z');
  });
}
