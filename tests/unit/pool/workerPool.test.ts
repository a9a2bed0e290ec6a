import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WorkerPool, type WorkerPoolOptions } from '../../../core/pool/workerPool.ts';
import { scriptedLauncher, type ScriptedWorker } from '../../support/launchers.ts';
import { Ending, fail, finish, jobOf, settle, states } from './poolHarness.ts';

let pool: WorkerPool;
let workers: ScriptedWorker[];

function start(count: number, options: Partial<WorkerPoolOptions> = {}): Ending[] {
  const launcher = scriptedLauncher();
  workers = launcher.workers;
  pool = new WorkerPool({ launch: launcher.launch, workers: 1, ...options });
  return Array.from({ length: count }, (_, input) => new Ending(pool, input));
}

async function die(worker: ScriptedWorker): Promise<void> {
  worker.die();
  await settle();
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
    expect([pool.capacity, workers.length, workers[0]!.inputs]).toEqual([3, 1, [0, 1, 2]]);
    finish(workers[0]!, 1);
    await settle();
    expect([workers[0]!.inputs, states(endings)]).toEqual([
      [0, 1, 2, 3],
      ['pending', 'done', 'pending', 'pending', 'pending'],
    ]);
  });

  test('starts workers as jobs come, no more than it may, and shares jobs out', () => {
    start(9, { workers: 3 });
    expect(workers.map(({ inputs }) => inputs)).toEqual([
      [0, 3, 6],
      [1, 4, 7],
      [2, 5, 8],
    ]);
  });

  test('gives every graphics device a worker of its own, which no other device waits for', () => {
    start(4);
    for (const device of ['0', '1', '0', '0', '0'])
      new Ending(pool, Number(device) + 10, { settings: { device } });
    expect(workers.map(({ inputs }) => inputs)).toEqual([[0, 1, 2], [10, 10, 10], [11]]);
  });

  test('passes progress and failures on to the job that they are about', async () => {
    const [first, second] = start(2);
    const [worker] = workers;
    worker!.say({ type: 'progress', attemptId: worker!.attemptIdOf(1), tilesDone: 2, tilesTotal: 5 });
    const late = worker!.attemptIdOf(0);
    fail(worker!, 0, 'image/corrupt');
    worker!.say({ type: 'progress', attemptId: late, tilesDone: 3, tilesTotal: 5 });
    worker!.say({ type: 'progress', attemptId: 7_777, tilesDone: 3, tilesTotal: 5 });
    await settle();
    expect([first!.state, first!.progress, second!.state, second!.progress]).toEqual([
      'image/corrupt',
      [],
      'pending',
      ['2/5'],
    ]);
  });

  test('tells jobs of one number apart', async () => {
    start(0);
    const endings = [new Ending(pool, 1), new Ending(pool, 2)];
    expect(endings).toHaveLength(2);
    finish(workers[0]!, 2);
    await settle();
    expect(states(endings)).toEqual(['pending', 'done']);
  });

  test('warms one worker up, with its models, and uses it', () => {
    start(0);
    pool.warmUp(jobOf(8));
    pool.warmUp();
    new Ending(pool, 4);
    expect([workers.length, workers[0]!.sent[0], workers[0]!.inputs]).toEqual([
      1,
      { type: 'warm', job: jobOf(8) },
      [4],
    ]);
  });

  test('hands the logs of its workers on', () => {
    const lines: unknown[] = [];
    start(1, { onLog: (...line) => lines.push(line) });
    workers[0]!.say({ type: 'log', level: 'warn', text: 'Hm.', values: { times: 3 } });
    expect(lines).toEqual([['warn', 'Hm.', { times: 3 }]]);
  });
});

describe('a worker that dies', () => {
  test('costs its jobs one attempt; each is tried again alone, and those behind them wait', async () => {
    const endings = start(4);
    await die(workers[0]!);
    expect(workers[1]!.inputs).toEqual([0]);
    finish(workers[1]!, 0);
    expect(workers[1]!.inputs).toEqual([0, 1]);
    finish(workers[1]!, 1);
    finish(workers[1]!, 2);
    expect(workers[1]!.inputs).toEqual([0, 1, 2, 3]);
    finish(workers[1]!, 3);
    await settle();
    expect(states(endings)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('twice over one job alone gives that job up with the reason, and no other', async () => {
    const endings = start(3);
    await die(workers[0]!);
    await die(workers[1]!);
    for (const input of [1, 2]) finish(workers[2]!, input);
    expect(workers[2]!.inputs).toEqual([1, 2, 0]);
    await die(workers[2]!);
    expect(states(endings)).toEqual(['worker/crashed', 'done', 'done']);
    expect(endings[0]!.message).toMatch('SIGSEGV');
  });

  test('because somebody ended it does not count against its job, but six times do', async () => {
    const endings = start(1);
    for (let worker = 0; worker < 6; worker++) {
      expect(states(endings)).toEqual(['pending']);
      workers[worker]!.die('it was ended by SIGKILL');
      await settle();
    }
    expect([states(endings), workers.length]).toEqual([['worker/crashed'], 6]);
  });

  test('blames only jobs that it had begun', async () => {
    const endings = start(3);
    const [worker] = workers;
    worker!.say({ type: 'stage', attemptId: worker!.attemptIdOf(0), stage: 'wait' });
    worker!.say({ type: 'stage', attemptId: worker!.attemptIdOf(1), stage: 'infer' });
    await die(worker!);
    expect(workers[1]!.inputs).toEqual([1]);
    await die(workers[1]!);
    expect([workers[2]!.inputs, states(endings)]).toEqual([
      [0, 2],
      ['pending', 'worker/crashed', 'pending'],
    ]);
  });

  test('leaves the other workers of its device supplied while its jobs wait for one of their own', async () => {
    start(8, { workers: 2 });
    await die(workers[0]!);
    expect(workers[2]!.inputs).toEqual([0]);
    expect(workers[1]!.inputs).toEqual([1, 3, 5]);
    finish(workers[1]!, 1);
    // 2 and 4 wait for whoever is empty first: the new worker; the old one continues.
    expect(workers[1]!.inputs).toEqual([1, 3, 5, 6]);
  });

  test('at its start is not the fault of its jobs; they are given up only the fifth time', async () => {
    const endings = start(0);
    const launcher = scriptedLauncher();
    const troubles: string[] = [];
    pool = new WorkerPool({
      launch: () => {
        const handle = launcher.launch();
        launcher.workers.at(-1)!.canStart = false;
        return handle;
      },
      workers: 1,
    });
    pool.listen({ onTrouble: ({ how }) => troubles.push(how) });
    endings.push(new Ending(pool, 0), new Ending(pool, 1));
    for (let worker = 0; worker < 5; worker++) {
      expect(launcher.workers[worker]!.inputs).toEqual([0, 1]);
      await die(launcher.workers[worker]!);
      pool.resume();
    }
    expect([states(endings), troubles.length]).toEqual([['worker/crashed', 'worker/crashed'], 1]);
  });

  test('before it was there at all, for want of memory, is one that cannot start', async () => {
    start(0);
    const launch = (): never => {
      throw new Error('spawn ENOMEM');
    };
    pool = new WorkerPool({ launch, workers: 1 });
    const ending = new Ending(pool, 0);
    await vi.advanceTimersByTimeAsync(100);
    expect([ending.state, ending.message]).toEqual(['worker/crashed', expect.stringMatching('ENOMEM')]);
  });

  test('that is reported twice is reaped once', async () => {
    const endings = start(1);
    workers[0]!.die('write EPIPE');
    await die(workers[0]!);
    finish(workers[1]!, 0);
    await settle();
    expect([workers.length, states(endings)]).toEqual([2, ['done']]);
  });

  test('and is then heard of again changes nothing', async () => {
    const endings = start(1);
    const attemptId = workers[0]!.attemptIdOf(0);
    await die(workers[0]!);
    const result = { kind: 'large-enough', input: { width: 1, height: 1 } } as const;
    workers[0]!.say({ type: 'finished', attemptId, result });
    // Nor does a number of another worker's count.
    workers[1]!.say({ type: 'finished', attemptId, result });
    await settle();
    expect(states(endings)).toEqual(['pending']);
  });

  test('three times in a minute over three images holds the queue and reports it', async () => {
    const troubles: string[] = [];
    const endings = start(6);
    pool.listen({ onTrouble: ({ how }) => troubles.push(how) });
    for (let worker = 0; worker < 4; worker++) await die(workers[worker]!);
    expect([troubles, workers.length, states(endings)]).toEqual([
      ['it was ended by SIGSEGV'],
      4,
      Array.from({ length: 6 }, () => 'pending'),
    ]);
    pool.resume();
    expect(workers[4]!.inputs).toEqual([0]);
  });

  test.each([
    { what: 'over one image only', finished: [], dead: 3 },
    { what: 'with images done in between', finished: [0], dead: 4 },
  ])('$what is not a reason to hold the queue', async ({ finished, dead }) => {
    const onTrouble = vi.fn();
    start(finished.length === 0 ? 1 : 4);
    pool.listen({ onTrouble });
    for (let index = 0; index < dead && index < workers.length; index++) {
      if (index > 1 && finished.length > 0) finish(workers[index]!, workers[index]!.inputs[0]!);
      await die(workers[index]!);
    }
    expect(onTrouble).not.toHaveBeenCalled();
  });
});

test.each([
  { what: 'no message', message: 'Segmentation fault' },
  { what: 'a message without its fields', message: { type: 'progress', attemptId: 1 } },
  { what: 'a huge text', message: { type: 'log', level: 'info', text: 'x'.repeat(1e6), values: {} } },
  { what: 'pixels', message: new Uint8Array(1e6) },
])('a worker that sends $what is ended, and its job tried again', async ({ message }) => {
  const endings = start(1);
  workers[0]!.blurt(message);
  await settle();
  expect([workers[0]!.isKilled, workers[1]!.inputs]).toEqual([true, [0]]);
  workers[1]!.blurt(message);
  await settle();
  expect(states(endings)).toEqual(['worker/crashed']);
});

describe('priorities', () => {
  test('put what a person waits for before what a folder brought', () => {
    start(0);
    for (const input of [0, 1, 2, 3]) new Ending(pool, input);
    const [worker] = workers;
    for (const input of [0, 1, 2])
      worker!.say({ type: 'stage', attemptId: worker!.attemptIdOf(input), stage: 'encode' });
    for (const input of [4, 5]) new Ending(pool, input, { priority: -1 });
    for (const input of [0, 1, 2]) finish(worker!, input);
    expect(worker!.inputs).toEqual([0, 1, 2, 4, 5, 3]);
  });

  test('take jobs back from a worker that it has not got to the engine', async () => {
    const endings = start(3);
    const [worker] = workers;
    const { sent } = worker!;
    worker!.say({ type: 'stage', attemptId: worker!.attemptIdOf(0), stage: 'infer' });
    worker!.say({ type: 'stage', attemptId: worker!.attemptIdOf(1), stage: 'wait' });
    endings.push(new Ending(pool, 3, { priority: -1 }));
    endings.push(new Ending(pool, 4, { priority: -1 }));
    expect(sent.slice(3)).toEqual(
      [1, 2].map((input) => ({ type: 'cancel', attemptId: worker!.attemptIdOf(input) })),
    );
    for (const input of [1, 2]) fail(worker!, input, 'job/cancelled');
    await settle();
    expect([worker!.inputs, states(endings)]).toEqual([
      [0, 1, 2, 3, 4],
      Array.from({ length: 5 }, () => 'pending'),
    ]);
    for (const input of [0, 3, 4]) finish(worker!, input);
    expect(worker!.inputs).toEqual([0, 1, 2, 3, 4, 1, 2]);
  });
});

describe('pausing', () => {
  test('tells workers to stop and starts nothing more until it continues', async () => {
    const endings = start(4);
    pool.pause();
    finish(workers[0]!, 0);
    new Ending(pool, 9);
    await settle();
    expect([workers[0]!.sent.at(-1), workers[0]!.inputs, endings[0]!.state]).toEqual([
      { type: 'pause' },
      [0, 1, 2],
      'done',
    ]);
    pool.resume();
    expect([workers[0]!.inputs, workers[0]!.sent.at(-2)]).toEqual([[0, 1, 2, 3], { type: 'resume' }]);
  });

  test('lasts for workers that are started meanwhile', () => {
    start(0);
    pool.pause();
    pool.warmUp();
    expect(workers[0]!.sent).toEqual([{ type: 'pause' }]);
  });

  test('for days is not a hang', async () => {
    const endings = start(1);
    pool.pause();
    workers[0]!.say({ type: 'stage', attemptId: workers[0]!.attemptIdOf(0), stage: 'wait' });
    for (let minute = 0; minute < 60; minute++) {
      await vi.advanceTimersByTimeAsync(60_000);
      workers[0]!.say({ type: 'alive', residentBytes: 1 });
    }
    expect([workers[0]!.isKilled, states(endings)]).toEqual([false, ['pending']]);
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
      { type: 'cancel', attemptId: workers[0]!.attemptIdOf(1) },
      ['pending', 'pending'],
    ]);
    fail(workers[0]!, 1, 'job/cancelled');
    await settle();
    expect(states(endings)).toEqual(['pending', 'job/cancelled']);
  });

  test('a job whose worker dies meanwhile is cancelled, not failed', async () => {
    const endings = start(1);
    endings[0]!.cancel();
    await die(workers[0]!);
    expect([states(endings), workers.length]).toEqual([['job/cancelled'], 1]);
  });

  test('a job that was asked back for another ends it', async () => {
    const endings = start(3);
    new Ending(pool, 3, { priority: -1 });
    endings[0]!.cancel();
    for (const input of [0, 1, 2]) fail(workers[0]!, input, 'job/cancelled');
    await settle();
    expect(states(endings)).toEqual(['job/cancelled', 'pending', 'pending']);
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
    const endings = start(5);
    pool.close();
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

  test('while a worker is being replaced leaves no job without an end either', async () => {
    const endings = start(1);
    workers[0]!.isMortal = false;
    workers[0]!.blurt('garbage');
    pool.close();
    await die(workers[0]!);
    expect([states(endings), workers.length]).toEqual([['job/cancelled'], 1]);
  });

  test('asks a worker without work to end', () => {
    start(0);
    pool.warmUp();
    pool.close();
    expect([workers[0]!.sent, workers[0]!.isKilled]).toEqual([[{ type: 'shutdown' }], false]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
