import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EnhancerError } from '../../../core/api/errors.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import type { EnhanceJob, EnhanceResult } from '../../../core/pool/messages.ts';
import { WorkerPool } from '../../../core/pool/workerPool.ts';
import { scriptedLauncher, type ScriptedWorker } from '../../support/launchers.ts';

const SILENCE_MS = 1000;
const RESULT: EnhanceResult = { kind: 'large-enough', input: { width: 1, height: 1 } };

function jobOf(id: number): EnhanceJob {
  return {
    id,
    inputPath: `${id}.png`,
    tempPath: `${id}.part`,
    scratchFolder: `${id}.scratch`,
    outputFormat: 'png',
    settings: DEFAULT_JOB_SETTINGS,
    modelsFolder: 'models',
    threads: 1,
  };
}

/** How a job ended: `done`, or the code of its error; `pending` while it has not. */
class Ending {
  state = 'pending';
  readonly progress: string[] = [];
  readonly #cancel = new AbortController();

  constructor(pool: WorkerPool, id: number) {
    const onProgress = (done: number, total: number): void => void this.progress.push(`${done}/${total}`);
    pool.run(jobOf(id), { signal: this.#cancel.signal, onProgress }).then(
      () => (this.state = 'done'),
      (error: unknown) => (this.state = error instanceof EnhancerError ? error.code : String(error)),
    );
  }

  cancel(): void {
    this.#cancel.abort();
  }
}

/** Lets all promises that are settled be seen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

function finish(worker: ScriptedWorker, ...ids: number[]): void {
  for (const jobId of ids) worker.say({ type: 'finished', jobId, result: RESULT });
}

let pool: WorkerPool;
let workers: ScriptedWorker[];

function start(count: number, workerCount = 1): Ending[] {
  const launcher = scriptedLauncher();
  workers = launcher.workers;
  pool = new WorkerPool({ launch: launcher.launch, workers: workerCount, silenceMs: SILENCE_MS });
  return Array.from({ length: count }, (_, id) => new Ending(pool, id));
}

function states(endings: readonly Ending[]): string[] {
  return endings.map(({ state }) => state);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  pool.close();
  vi.useRealTimers();
});

describe('a pool that works', () => {
  test('gives a worker three jobs at once and the next when one is done', async () => {
    const endings = start(5);
    expect([pool.capacity, workers.length, workers[0]!.jobIds]).toEqual([3, 1, [0, 1, 2]]);
    finish(workers[0]!, 1);
    await settle();
    expect([workers[0]!.jobIds, states(endings)]).toEqual([
      [0, 1, 2, 3],
      ['pending', 'done', 'pending', 'pending', 'pending'],
    ]);
  });

  test('starts workers as jobs come, no more than it may, and shares jobs out', () => {
    start(9, 3);
    expect(workers.map(({ jobIds }) => jobIds)).toEqual([
      [0, 3, 6],
      [1, 4, 7],
      [2, 5, 8],
    ]);
  });

  test('passes progress and failures on to the job that they are about', async () => {
    const [first, second] = start(2);
    workers[0]!.say({ type: 'progress', jobId: 1, tilesDone: 2, tilesTotal: 5 });
    workers[0]!.say({
      type: 'failed',
      jobId: 0,
      error: { code: 'image/corrupt', message: 'It is damaged.' },
    });
    workers[0]!.say({ type: 'progress', jobId: 0, tilesDone: 3, tilesTotal: 5 });
    workers[0]!.say({ type: 'finished', jobId: 77, result: RESULT });
    await settle();
    expect([first!.state, first!.progress, second!.state, second!.progress]).toEqual([
      'image/corrupt',
      [],
      'pending',
      ['2/5'],
    ]);
  });

  test('warms one worker up, and uses it', () => {
    start(0);
    pool.warmUp();
    pool.warmUp();
    new Ending(pool, 4);
    expect(workers.map(({ jobIds }) => jobIds)).toEqual([[4]]);
  });
});

describe('a worker that dies', () => {
  test('costs each of its jobs one attempt; each is tried once more, alone', async () => {
    const endings = start(4);
    workers[0]!.die();
    expect(workers[1]!.jobIds).toEqual([0]);
    finish(workers[1]!, 0);
    expect(workers[1]!.jobIds).toEqual([0, 1]);
    finish(workers[1]!, 1);
    finish(workers[1]!, 2);
    expect(workers[1]!.jobIds).toEqual([0, 1, 2, 3]);
    finish(workers[1]!, 3);
    await settle();
    expect(states(endings)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('twice over one job gives that job up, and no other', async () => {
    const endings = start(3);
    workers[0]!.die();
    workers[1]!.die();
    expect(workers[2]!.jobIds).toEqual([1]);
    finish(workers[2]!, 1);
    finish(workers[2]!, 2);
    await settle();
    expect(states(endings)).toEqual(['worker/crashed', 'done', 'done']);
  });

  test('that says so twice is buried once', async () => {
    const endings = start(1);
    workers[0]!.die('write EPIPE');
    workers[0]!.die();
    finish(workers[1]!, 0);
    await settle();
    expect([workers.length, states(endings)]).toEqual([2, ['done']]);
  });

  test('and is then heard of again changes nothing', async () => {
    const endings = start(1);
    workers[0]!.die();
    finish(workers[0]!, 0);
    await settle();
    expect(states(endings)).toEqual(['pending']);
  });
});

describe('a worker that says nothing', () => {
  test('while it has work is ended, and its job given up at the second time', async () => {
    const endings = start(1);
    await vi.advanceTimersByTimeAsync(SILENCE_MS * 1.3);
    expect([workers[0]!.isKilled, workers.length]).toEqual([true, 2]);
    await vi.advanceTimersByTimeAsync(SILENCE_MS * 1.3);
    expect([workers[1]!.isKilled, workers.length, states(endings)]).toEqual([true, 2, ['worker/timeout']]);
  });

  test('without work is left in peace, and one that lives is, too', async () => {
    const endings = start(1);
    for (let second = 0; second < 10; second++) {
      await vi.advanceTimersByTimeAsync(SILENCE_MS * 0.9);
      workers[0]!.say({ type: 'alive' });
    }
    finish(workers[0]!, 0);
    await vi.advanceTimersByTimeAsync(SILENCE_MS * 20);
    expect([workers.length, workers[0]!.isKilled, states(endings)]).toEqual([1, false, ['done']]);
  });
});

describe('cancelling', () => {
  test('takes a job out of the line at once', async () => {
    const endings = start(4);
    endings[3]!.cancel();
    await settle();
    expect([states(endings)[3], workers[0]!.sent.some(({ type }) => type === 'cancel')]).toEqual([
      'job/cancelled',
      false,
    ]);
  });

  test('asks the worker of a running job, and waits for its answer', async () => {
    const endings = start(2);
    endings[1]!.cancel();
    await settle();
    expect([workers[0]!.sent.at(-1), states(endings)]).toEqual([
      { type: 'cancel', jobId: 1 },
      ['pending', 'pending'],
    ]);
    const error = { code: 'job/cancelled', message: 'The job was cancelled.' } as const;
    workers[0]!.say({ type: 'failed', jobId: 1, error });
    await settle();
    expect(states(endings)).toEqual(['pending', 'job/cancelled']);
  });

  test('a job whose worker dies meanwhile is cancelled, not failed', async () => {
    const endings = start(1);
    endings[0]!.cancel();
    workers[0]!.die();
    await settle();
    expect([states(endings), workers.length]).toEqual([['job/cancelled'], 1]);
  });

  test('before the start gives it to no worker', async () => {
    start(0);
    const signal = AbortSignal.abort();
    const run = pool.run(jobOf(0), { signal, onProgress: () => undefined });
    await expect(run).rejects.toMatchObject({ code: 'job/cancelled' });
    expect(workers).toHaveLength(0);
  });
});

describe('closing', () => {
  test('lets idle workers end, kills the others, and leaves no job without an end', async () => {
    const endings = start(5, 1);
    pool.close();
    workers[0]!.die('it was ended by SIGKILL');
    await settle();
    expect([workers[0]!.isKilled, workers.length]).toEqual([true, 1]);
    expect(states(endings)).toEqual([
      ...['worker/crashed', 'worker/crashed', 'worker/crashed'],
      ...['job/cancelled', 'job/cancelled'],
    ]);
    const late = new Ending(pool, 9);
    await settle();
    expect(late.state).toBe('job/cancelled');
  });

  test('asks a worker without work to end', () => {
    start(0);
    pool.warmUp();
    pool.close();
    expect([workers[0]!.sent, workers[0]!.isKilled]).toEqual([[{ type: 'shutdown' }], false]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
