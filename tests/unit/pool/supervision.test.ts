import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WorkerPool, type WorkerPoolOptions } from '../../../core/pool/workerPool.ts';
import { scriptedLauncher, type ScriptedWorker } from '../../support/launchers.ts';
import { Ending, enter, fail, finish, finishTile, settle, states, type AskedJob } from './poolHarness.ts';

const SECOND = 1000;
const MEGABYTE = 1024 * 1024;

let pool: WorkerPool;
let workers: ScriptedWorker[];

function start(count: number, options: Partial<WorkerPoolOptions> = {}, asked: AskedJob = {}): Ending[] {
  const launcher = scriptedLauncher();
  workers = launcher.workers;
  pool = new WorkerPool({ launch: launcher.launch, workers: 1, ...options });
  return Array.from({ length: count }, (_, input) => new Ending(pool, input, asked));
}

/** Lets seconds pass in which a worker sends heartbeats, or is silent. */
async function pass(seconds: number, alive?: ScriptedWorker): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    alive?.say({ type: 'alive', residentBytes: MEGABYTE });
    await vi.advanceTimersByTimeAsync(SECOND);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  pool.close();
  vi.useRealTimers();
});

describe('a stage that takes too long', () => {
  test.each([
    { stage: 'decode', seconds: 120 },
    { stage: 'load', seconds: 300 },
    { stage: 'infer', seconds: 300 },
    { stage: 'finish', seconds: 300 },
    { stage: 'encode', seconds: 300 },
    { stage: 'assess', seconds: 300 },
  ] as const)('($stage) ends the worker after $seconds s, even if it lives', async ({ stage, seconds }) => {
    const endings = start(1);
    enter(workers[0]!, 0, stage);
    await pass(seconds, workers[0]);
    expect(workers[0]!.isKilled).toBe(false);
    await pass(1, workers[0]);
    expect([workers[0]!.isKilled, workers[1]!.inputs]).toEqual([true, [0]]);
    enter(workers[1]!, 0, stage);
    await pass(seconds + 1, workers[1]);
    expect([workers.length, states(endings)]).toEqual([2, ['worker/timeout']]);
    expect(endings[0]!.message).toMatch(`${seconds} s on one step (${stage})`);
  });

  test('has more time for an image of more megapixels than seconds', async () => {
    start(1);
    enter(workers[0]!, 0, 'encode', 2_600);
    await pass(2_599, workers[0]);
    expect(workers[0]!.isKilled).toBe(false);
    await pass(2, workers[0]);
    expect(workers[0]!.isKilled).toBe(true);
  });

  test('costs the other jobs of its worker nothing', async () => {
    const endings = start(3);
    enter(workers[0]!, 0, 'decode');
    enter(workers[0]!, 1, 'wait');
    await pass(121, workers[0]);
    // The one that hung runs alone, first.
    expect(workers[1]!.inputs).toEqual([0]);
    enter(workers[1]!, 0, 'decode');
    await pass(121, workers[1]);
    expect([workers[2]!.inputs, states(endings)]).toEqual([
      [1, 2],
      ['worker/timeout', 'pending', 'pending'],
    ]);
  });

  test('of another job that blocks the worker is not the fault of one that is decoded meanwhile', async () => {
    start(2);
    enter(workers[0]!, 0, 'infer');
    enter(workers[0]!, 1, 'decode');
    await pass(299);
    expect(workers[0]!.isKilled).toBe(false);
  });

  test('is not what a machine finds that was asleep for an hour', async () => {
    start(1);
    enter(workers[0]!, 0, 'decode');
    await pass(60, workers[0]);
    vi.setSystemTime(Date.now() + 3_600 * SECOND);
    await pass(59, workers[0]);
    expect(workers[0]!.isKilled).toBe(false);
  });
});

describe('a tile', () => {
  test('has 30 s once the pace is known, or twenty times the average', async () => {
    start(1);
    enter(workers[0]!, 0, 'infer');
    await pass(1, workers[0]);
    finishTile(workers[0]!, 0);
    await pass(30, workers[0]);
    expect(workers[0]!.isKilled).toBe(false);
    await pass(1, workers[0]);
    expect(workers[0]!.isKilled).toBe(true);
    // The pace is known to all workers: about 1 s, so that a slow tile gets the floor, a slower device its multiple.
    enter(workers[1]!, 0, 'infer');
    for (let tile = 0; tile < 100; tile++) {
      await pass(10, workers[1]);
      finishTile(workers[1]!, 0);
    }
    await pass(150, workers[1]);
    expect(workers[1]!.isKilled).toBe(false);
    await pass(51, workers[1]);
    expect(workers[1]!.isKilled).toBe(true);
  });
});

describe('a silent worker', () => {
  test('while its jobs wait is ended, and its job given up at the second time', async () => {
    const endings = start(1, { silenceMs: SECOND });
    await vi.advanceTimersByTimeAsync(SECOND * 1.3);
    expect([workers[0]!.isKilled, workers.length]).toEqual([true, 2]);
    await vi.advanceTimersByTimeAsync(SECOND * 1.3);
    expect([workers[1]!.isKilled, workers.length, states(endings)]).toEqual([true, 2, ['worker/timeout']]);
  });

  test('without work is left in peace, and one that lives is, too', async () => {
    const endings = start(1, { silenceMs: SECOND });
    for (let second = 0; second < 10; second++) {
      await vi.advanceTimersByTimeAsync(SECOND * 0.9);
      workers[0]!.say({ type: 'alive', residentBytes: MEGABYTE });
    }
    finish(workers[0]!, 0);
    await vi.advanceTimersByTimeAsync(SECOND * 20);
    expect([workers.length, workers[0]!.isKilled, states(endings)]).toEqual([1, false, ['done']]);
  });

  test('and cannot be ended holds its jobs up for five seconds, and no longer', async () => {
    const endings = start(1);
    workers[0]!.isMortal = false;
    enter(workers[0]!, 0, 'decode');
    await pass(121, workers[0]);
    expect([workers[0]!.isKilled, workers.length]).toEqual([true, 1]);
    const attemptId = workers[0]!.attemptIdOf(0);
    await pass(6);
    expect(workers[1]!.inputs).toEqual([0]);
    // It was stopped, not dead, and comes back with its result.
    const result = { kind: 'large-enough', input: { width: 1, height: 1 } } as const;
    workers[0]!.say({ type: 'finished', attemptId, result });
    await settle();
    expect(states(endings)).toEqual(['pending']);
  });
});

describe('a worker that holds too much memory', () => {
  const memoryCeilingBytes = 900 * MEGABYTE;

  test('is ended within half a second; its job gets half the tiles, alone, and then is given up', async () => {
    const endings = start(2, { memoryCeilingBytes }, { settings: { tile: 200 } });
    workers[0]!.memoryBytes = memoryCeilingBytes + 1;
    await vi.advanceTimersByTimeAsync(SECOND / 2);
    expect([workers[0]!.isKilled, workers[1]!.inputs, workers[1]!.jobs[0]!.settings.tile]).toEqual([
      true,
      [0],
      100,
    ]);
    workers[1]!.memoryBytes = memoryCeilingBytes + 1;
    await vi.advanceTimersByTimeAsync(SECOND / 2);
    expect([states(endings), workers[2]!.inputs]).toEqual([['worker/out-of-memory', 'pending'], [1]]);
    expect(endings[0]!.message).toMatch('900 MB');
  });

  test('may be believed where the system does not say', async () => {
    start(1, { memoryCeilingBytes });
    workers[0]!.say({ type: 'alive', residentBytes: memoryCeilingBytes + 1 });
    await vi.advanceTimersByTimeAsync(SECOND / 2);
    expect(workers[0]!.isKilled).toBe(true);
  });
});

describe('a device that runs out of memory', () => {
  test('gets a new process and half the tiles, down to 64 pixels', async () => {
    const endings = start(1);
    const tiles: unknown[] = [];
    for (let index = 0; index < 4; index++) {
      tiles.push(workers[index]!.jobs[0]!.settings.tile);
      fail(workers[index]!, 0, 'engine/out-of-memory');
      await settle();
      expect(workers[index]!.isKilled).toBe(true);
    }
    expect([tiles, states(endings), workers.length]).toEqual([
      ['auto', 256, 128, 64],
      ['engine/out-of-memory'],
      4,
    ]);
  });

  test('is remembered with the model, and costs the other jobs of the worker nothing', async () => {
    const endings = start(3);
    fail(workers[0]!, 1, 'engine/out-of-memory');
    await settle();
    expect(workers[1]!.jobs.map(({ inputPath, settings }) => [inputPath, settings.tile])).toEqual([
      ['0.png', 256],
      ['1.png', 256],
      ['2.png', 256],
    ]);
    for (const input of [0, 1, 2]) finish(workers[1]!, input);
    await settle();
    new Ending(pool, 3, { settings: { tile: 96 } });
    new Ending(pool, 4, { settings: { model: 'another' } });
    expect([states(endings), workers[1]!.jobs.slice(3).map(({ settings }) => settings.tile)]).toEqual([
      ['done', 'done', 'done'],
      [96, 'auto'],
    ]);
  });
});

describe('a worker that has served long enough', () => {
  /** Has a worker finish `count` jobs, one after another, with one more in the queue. */
  async function serve(count: number): Promise<void> {
    for (let input = 0; input < count; input++) {
      new Ending(pool, input);
      finish(workers[0]!, input);
    }
    await settle();
  }

  test('with work continues until its successor is warm, then drains and is dismissed', async () => {
    start(0);
    await serve(200);
    const busy = new Ending(pool, 500);
    await pass(1);
    expect([workers.length, workers[1]!.sent.map(({ type }) => type)]).toEqual([2, ['warm']]);
    new Ending(pool, 501);
    expect([workers[0]!.inputs.slice(200), workers[1]!.inputs]).toEqual([[500, 501], []]);
    workers[1]!.say({ type: 'warmed' });
    new Ending(pool, 502);
    expect(workers[1]!.inputs).toEqual([502]);
    finish(workers[0]!, 500, 501);
    await pass(1);
    expect([busy.state, workers[0]!.sent.at(-1), workers[0]!.isKilled]).toEqual([
      'done',
      { type: 'shutdown' },
      false,
    ]);
    workers[0]!.die('it ended with exit code 0');
    expect(workers).toHaveLength(2);
  });

  test('on a graphics device is gone before its successor takes memory there', async () => {
    start(0);
    const settings = { device: '0' };
    for (let input = 0; input < 200; input++) {
      new Ending(pool, input, { settings });
      finish(workers[0]!, input);
    }
    for (const input of [500, 501, 502, 503]) new Ending(pool, input, { settings });
    await pass(1);
    finish(workers[0]!, 500, 501, 502);
    await pass(1);
    expect([workers.length, workers[0]!.sent.at(-1)]).toEqual([1, { type: 'shutdown' }]);
    workers[0]!.die('it ended with exit code 0');
    expect(workers[1]!.inputs).toEqual([503]);
  });

  test('without work is dismissed, and only the next job brings a new one', async () => {
    start(0);
    await serve(1);
    await pass(30 * 60 + 1, workers[0]);
    expect([workers.length, workers[0]!.sent.at(-1)]).toEqual([1, { type: 'shutdown' }]);
    new Ending(pool, 3);
    expect(workers[1]!.inputs).toEqual([3]);
  });

  test('and does not end when it is asked to is killed', async () => {
    start(0);
    await serve(200);
    await pass(7);
    expect([workers.length, workers[0]!.isKilled]).toEqual([1, true]);
  });

  test('is one that grew by half over what it held when it was warm', async () => {
    start(0, { memoryCeilingBytes: 9_000 * MEGABYTE });
    new Ending(pool, 1_000);
    workers[0]!.memoryBytes = 1_200 * MEGABYTE;
    await pass(1);
    await serve(6);
    workers[0]!.memoryBytes = 1_800 * MEGABYTE;
    await pass(1);
    expect(workers).toHaveLength(1);
    workers[0]!.memoryBytes = 1_801 * MEGABYTE;
    await pass(1);
    expect(workers).toHaveLength(2);
  });

  test.each([
    { what: 'dies', end: (worker: ScriptedWorker): void => worker.die() },
    { what: 'sends garbage', end: (worker: ScriptedWorker): void => worker.blurt(1) },
  ])('is dismissed after its last job when its successor $what', async ({ end }) => {
    start(0);
    await serve(200);
    const busy = new Ending(pool, 500);
    await pass(1);
    end(workers[1]!);
    await settle();
    new Ending(pool, 501);
    expect([workers[0]!.inputs.at(-1), workers[2]!.inputs]).toEqual([500, [501]]);
    finish(workers[0]!, 500);
    await pass(1);
    expect([busy.state, workers[0]!.sent.at(-1)]).toEqual(['done', { type: 'shutdown' }]);
  });
});

describe('a cancelled job', () => {
  test('whose tile hangs ends its worker within three seconds', async () => {
    const endings = start(2);
    enter(workers[0]!, 0, 'infer');
    enter(workers[0]!, 1, 'decode');
    for (const ending of endings) ending.cancel();
    await pass(3);
    expect(workers[0]!.isKilled).toBe(true);
    await settle();
    expect(states(endings)).toEqual(['job/cancelled', 'job/cancelled']);
  });

  test('that is answered in time costs no worker', async () => {
    const endings = start(1);
    enter(workers[0]!, 0, 'infer');
    endings[0]!.cancel();
    await pass(1);
    fail(workers[0]!, 0, 'job/cancelled');
    await pass(20, workers[0]);
    expect([workers[0]!.isKilled, states(endings)]).toEqual([false, ['job/cancelled']]);
  });

  test('does not cost the other jobs of its worker their end', async () => {
    const endings = start(2);
    enter(workers[0]!, 0, 'infer');
    endings[0]!.cancel();
    await pass(5, workers[0]);
    expect(workers[0]!.isKilled).toBe(false);
    await pass(6, workers[0]);
    expect(workers[0]!.isKilled).toBe(true);
    await settle();
    finish(workers[1]!, 1);
    await settle();
    expect(states(endings)).toEqual(['job/cancelled', 'done']);
  });
});
