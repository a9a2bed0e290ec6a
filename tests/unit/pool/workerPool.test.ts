import { describe, expect, test, vi } from 'vitest';
import { WorkerPool } from '../../../core/pool/workerPool.ts';
import { scriptedLauncher } from '../../support/launchers.ts';
import { Ending, fail, finish, jobOf, settle, states, usePool, die } from './poolHarness.ts';

const rig = usePool();

describe('a pool that works', () => {
  test('gives a worker three jobs at once, and the next one when one is done', async () => {
    const endings = rig.start(5);
    expect([rig.pool.capacity, rig.workers.length, rig.workers[0]!.inputs]).toEqual([3, 1, [0, 1, 2]]);
    finish(rig.workers[0]!, 1);
    await settle();
    expect([rig.workers[0]!.inputs, states(endings)]).toEqual([
      [0, 1, 2, 3],
      ['pending', 'done', 'pending', 'pending', 'pending'],
    ]);
  });

  test('starts workers as jobs arrive, up to its limit, and distributes jobs', () => {
    rig.start(9, { workers: 3 });
    expect(rig.workers.map(({ inputs }) => inputs)).toEqual([
      [0, 3, 6],
      [1, 4, 7],
      [2, 5, 8],
    ]);
  });

  test('gives every graphics device a separate worker, which does not delay other devices', () => {
    rig.start(4);
    for (const device of ['0', '1', '0', '0', '0'])
      new Ending(rig.pool, Number(device) + 10, { settings: { device } });
    expect(rig.workers.map(({ inputs }) => inputs)).toEqual([[0, 1, 2], [10, 10, 10], [11]]);
  });

  test('passes progress and failures on to the right job', async () => {
    const [first, second] = rig.start(2);
    const [worker] = rig.workers;
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

  test('distinguishes jobs with the same number', async () => {
    rig.start(0);
    const endings = [new Ending(rig.pool, 1), new Ending(rig.pool, 2)];
    expect(endings).toHaveLength(2);
    finish(rig.workers[0]!, 2);
    await settle();
    expect(states(endings)).toEqual(['pending', 'done']);
  });

  test('warms one worker up, with its models, and uses it', () => {
    rig.start(0);
    rig.pool.warmUp(jobOf(8));
    rig.pool.warmUp();
    new Ending(rig.pool, 4);
    expect([rig.workers.length, rig.workers[0]!.sent[0], rig.workers[0]!.inputs]).toEqual([
      1,
      { type: 'warm', job: jobOf(8) },
      [4],
    ]);
  });

  test('forwards the logs of its workers', () => {
    const lines: unknown[] = [];
    rig.start(1, { onLog: (...line) => lines.push(line) });
    rig.workers[0]!.say({ type: 'log', level: 'warn', text: 'Hm.', values: { times: 3 } });
    expect(lines).toEqual([['warn', 'Hm.', { times: 3 }]]);
  });
});

describe('a worker that dies', () => {
  test('costs its jobs one attempt; each is retried alone while later jobs wait', async () => {
    const endings = rig.start(4);
    await die(rig.workers[0]!);
    expect(rig.workers[1]!.inputs).toEqual([0]);
    finish(rig.workers[1]!, 0);
    expect(rig.workers[1]!.inputs).toEqual([0, 1]);
    finish(rig.workers[1]!, 1);
    finish(rig.workers[1]!, 2);
    expect(rig.workers[1]!.inputs).toEqual([0, 1, 2, 3]);
    finish(rig.workers[1]!, 3);
    await settle();
    expect(states(endings)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('fails a job, with the reason, only if it dies twice with that job alone', async () => {
    const endings = rig.start(3);
    await die(rig.workers[0]!);
    await die(rig.workers[1]!);
    for (const input of [1, 2]) finish(rig.workers[2]!, input);
    expect(rig.workers[2]!.inputs).toEqual([1, 2, 0]);
    await die(rig.workers[2]!);
    expect(states(endings)).toEqual(['worker/crashed', 'done', 'done']);
    expect(endings[0]!.message).toMatch('SIGSEGV');
  });

  test('is not counted against its job if someone else ended it, up to five times', async () => {
    const endings = rig.start(1);
    for (let worker = 0; worker < 6; worker++) {
      expect(states(endings)).toEqual(['pending']);
      rig.workers[worker]!.die('it was ended by SIGKILL');
      await settle();
    }
    expect([states(endings), rig.workers.length]).toEqual([['worker/crashed'], 6]);
  });

  test('blames only jobs that it had begun', async () => {
    const endings = rig.start(3);
    const [worker] = rig.workers;
    worker!.say({ type: 'stage', attemptId: worker!.attemptIdOf(0), stage: 'wait' });
    worker!.say({ type: 'stage', attemptId: worker!.attemptIdOf(1), stage: 'infer' });
    await die(worker!);
    expect(rig.workers[1]!.inputs).toEqual([1]);
    await die(rig.workers[1]!);
    expect([rig.workers[2]!.inputs, states(endings)]).toEqual([
      [0, 2],
      ['pending', 'worker/crashed', 'pending'],
    ]);
  });

  test('leaves the other workers of its device supplied while its jobs wait for a separate one', async () => {
    rig.start(8, { workers: 2 });
    await die(rig.workers[0]!);
    expect(rig.workers[2]!.inputs).toEqual([0]);
    expect(rig.workers[1]!.inputs).toEqual([1, 3, 5]);
    finish(rig.workers[1]!, 1);
    // 2 and 4 wait for whichever worker is free first: the new worker; the old one continues.
    expect(rig.workers[1]!.inputs).toEqual([1, 3, 5, 6]);
  });

  test('at its start is not the fault of its jobs; they are given up only the fifth time', async () => {
    const endings = rig.start(0);
    const launcher = scriptedLauncher();
    const troubles: string[] = [];
    rig.pool = new WorkerPool({
      launch: () => {
        const handle = launcher.launch();
        launcher.workers.at(-1)!.canStart = false;
        return handle;
      },
      workers: 1,
    });
    rig.pool.listen({ onTrouble: ({ how }) => troubles.push(how) });
    endings.push(new Ending(rig.pool, 0), new Ending(rig.pool, 1));
    for (let worker = 0; worker < 5; worker++) {
      expect(launcher.workers[worker]!.inputs).toEqual([0, 1]);
      await die(launcher.workers[worker]!);
      rig.pool.resume();
    }
    expect([states(endings), troubles.length]).toEqual([['worker/crashed', 'worker/crashed'], 1]);
  });

  test('before it started, for lack of memory, counts as one that cannot start', async () => {
    rig.start(0);
    const launch = (): never => {
      throw new Error('spawn ENOMEM');
    };
    rig.pool = new WorkerPool({ launch, workers: 1 });
    const ending = new Ending(rig.pool, 0);
    await vi.advanceTimersByTimeAsync(100);
    expect([ending.state, ending.message]).toEqual(['worker/crashed', expect.stringMatching('ENOMEM')]);
  });

  test('that is reported twice is reaped once', async () => {
    const endings = rig.start(1);
    rig.workers[0]!.die('write EPIPE');
    await die(rig.workers[0]!);
    finish(rig.workers[1]!, 0);
    await settle();
    expect([rig.workers.length, states(endings)]).toEqual([2, ['done']]);
  });

  test('changes nothing with late messages', async () => {
    const endings = rig.start(1);
    const attemptId = rig.workers[0]!.attemptIdOf(0);
    await die(rig.workers[0]!);
    const result = { kind: 'large-enough', input: { width: 1, height: 1 } } as const;
    rig.workers[0]!.say({ type: 'finished', attemptId, result });
    // Nor does the number of another worker's attempt.
    rig.workers[1]!.say({ type: 'finished', attemptId, result });
    await settle();
    expect(states(endings)).toEqual(['pending']);
  });

  test('three times in a minute over three images suspends the queue and reports it', async () => {
    const troubles: string[] = [];
    const endings = rig.start(6);
    rig.pool.listen({ onTrouble: ({ how }) => troubles.push(how) });
    for (let worker = 0; worker < 4; worker++) await die(rig.workers[worker]!);
    expect([troubles, rig.workers.length, states(endings)]).toEqual([
      ['it was ended by SIGSEGV'],
      4,
      Array.from({ length: 6 }, () => 'pending'),
    ]);
    rig.pool.resume();
    expect(rig.workers[4]!.inputs).toEqual([0]);
  });

  test.each([
    { what: 'over one image only', finished: [], dead: 3 },
    { what: 'with images done in between', finished: [0], dead: 4 },
  ])('$what is not a reason to suspend the queue', async ({ finished, dead }) => {
    const onTrouble = vi.fn();
    rig.start(finished.length === 0 ? 1 : 4);
    rig.pool.listen({ onTrouble });
    for (let index = 0; index < dead && index < rig.workers.length; index++) {
      if (index > 1 && finished.length > 0) finish(rig.workers[index]!, rig.workers[index]!.inputs[0]!);
      await die(rig.workers[index]!);
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
  const endings = rig.start(1);
  rig.workers[0]!.blurt(message);
  await settle();
  expect([rig.workers[0]!.isKilled, rig.workers[1]!.inputs]).toEqual([true, [0]]);
  rig.workers[1]!.blurt(message);
  await settle();
  expect(states(endings)).toEqual(['worker/crashed']);
});
