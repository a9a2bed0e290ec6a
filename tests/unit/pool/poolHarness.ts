import { afterEach, beforeEach, vi } from 'vitest';
import { EnlargerError, type ErrorDto } from '../../../core/api/errors.ts';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from '../../../core/api/jobSettings.ts';
import type { EnlargeJob, EnlargeResult, JobStage } from '../../../core/pool/messages.ts';
import { WorkerPool, type WorkerPoolOptions } from '../../../core/pool/workerPool.ts';
import { scriptedLauncher, type ScriptedWorker } from '../../support/launchers.ts';

export const SECOND = 1000;
export const MEGABYTE = 1024 * 1024;

const RESULT: EnlargeResult = { kind: 'large-enough', input: { width: 1, height: 1 } };

/** A job that is identified by its input, `<number>.png`; its id is up to the pool. */
export function jobOf(input: number, settings: Partial<JobSettings> = {}): EnlargeJob {
  return {
    id: 0,
    inputPath: `${input}.png`,
    tempPath: `${input}.part`,
    scratchFolder: `${input}.scratch`,
    outputFormat: 'png',
    settings: { ...DEFAULT_JOB_SETTINGS, ...settings },
    modelsFolder: 'models',
    threads: 1,
  };
}

export interface AskedJob {
  readonly settings?: Partial<JobSettings>;
  readonly priority?: number;
}

/** How a job ended: `done`, or the code of its error; `pending` until then. */
export class Ending {
  state = 'pending';
  message = '';
  readonly progress: string[] = [];
  readonly #cancel = new AbortController();

  constructor(pool: WorkerPool, input: number, { settings = {}, priority = 0 }: AskedJob = {}) {
    const onProgress = (done: number, total: number): void => void this.progress.push(`${done}/${total}`);
    pool.run(jobOf(input, settings), { signal: this.#cancel.signal, onProgress, priority }).then(
      () => (this.state = 'done'),
      (error: unknown) => {
        this.state = error instanceof EnlargerError ? error.code : String(error);
        this.message = error instanceof Error ? error.message : '';
      },
    );
  }

  cancel(): void {
    this.#cancel.abort();
  }
}

/** Waits until the reactions to settled promises have run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

export function states(endings: readonly Ending[]): string[] {
  return endings.map(({ state }) => state);
}

export function finish(worker: ScriptedWorker, ...inputs: number[]): void {
  for (const input of inputs)
    worker.say({ type: 'finished', attemptId: worker.attemptIdOf(input), result: RESULT });
}

export function fail(worker: ScriptedWorker, input: number, code: ErrorDto['code']): void {
  worker.say({ type: 'failed', attemptId: worker.attemptIdOf(input), error: { code, message: code } });
}

export function enter(worker: ScriptedWorker, input: number, stage: JobStage, megapixels?: number): void {
  worker.say({ type: 'stage', attemptId: worker.attemptIdOf(input), stage, megapixels });
}

export function finishTile(worker: ScriptedWorker, input: number): void {
  worker.say({ type: 'progress', attemptId: worker.attemptIdOf(input), tilesDone: 1, tilesTotal: 9 });
}

/** A pool whose workers follow the test. */
class PoolRig {
  pool = new WorkerPool({ launch: scriptedLauncher().launch, workers: 1 });
  workers: ScriptedWorker[] = [];

  /** Opens a pool of one worker, unless the options give it more, with `count` jobs. */
  start(count: number, options: Partial<WorkerPoolOptions> = {}, asked: AskedJob = {}): Ending[] {
    const launcher = scriptedLauncher();
    this.workers = launcher.workers;
    this.pool = new WorkerPool({ launch: launcher.launch, workers: 1, ...options });
    return Array.from({ length: count }, (_, input) => new Ending(this.pool, input, asked));
  }
}

/** A rig for the tests of a file, whose clock stops unless they advance it. */
export function usePool(): PoolRig {
  const rig = new PoolRig();
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    rig.pool.close();
    vi.useRealTimers();
  });
  return rig;
}

export async function die(worker: ScriptedWorker): Promise<void> {
  worker.die();
  await settle();
}

/** Lets seconds pass in which a worker sends heartbeats, or is silent. */
export async function pass(seconds: number, alive?: ScriptedWorker): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    alive?.say({ type: 'alive', residentBytes: MEGABYTE });
    await vi.advanceTimersByTimeAsync(SECOND);
  }
}
