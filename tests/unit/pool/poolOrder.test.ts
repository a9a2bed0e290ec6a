import { describe, expect, test, vi } from 'vitest';
import { Ending, fail, finish, jobOf, settle, states, usePool, die } from './poolHarness.ts';

const rig = usePool();

describe('priorities', () => {
  test('put jobs of a person before those of a watched folder', () => {
    rig.start(0);
    for (const input of [0, 1, 2, 3]) new Ending(rig.pool, input);
    const [worker] = rig.workers;
    for (const input of [0, 1, 2])
      worker!.say({ type: 'stage', attemptId: worker!.attemptIdOf(input), stage: 'encode' });
    for (const input of [4, 5]) new Ending(rig.pool, input, { priority: -1 });
    for (const input of [0, 1, 2]) finish(worker!, input);
    expect(worker!.inputs).toEqual([0, 1, 2, 4, 5, 3]);
  });

  test('take back jobs that a worker has not passed to the engine yet', async () => {
    const endings = rig.start(3);
    const [worker] = rig.workers;
    const { sent } = worker!;
    worker!.say({ type: 'stage', attemptId: worker!.attemptIdOf(0), stage: 'infer' });
    worker!.say({ type: 'stage', attemptId: worker!.attemptIdOf(1), stage: 'wait' });
    endings.push(new Ending(rig.pool, 3, { priority: -1 }));
    endings.push(new Ending(rig.pool, 4, { priority: -1 }));
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
  test('stops workers and starts nothing more until it continues', async () => {
    const endings = rig.start(4);
    rig.pool.pause();
    finish(rig.workers[0]!, 0);
    new Ending(rig.pool, 9);
    await settle();
    expect([rig.workers[0]!.sent.at(-1), rig.workers[0]!.inputs, endings[0]!.state]).toEqual([
      { type: 'pause' },
      [0, 1, 2],
      'done',
    ]);
    rig.pool.resume();
    expect([rig.workers[0]!.inputs, rig.workers[0]!.sent.at(-2)]).toEqual([[0, 1, 2, 3], { type: 'resume' }]);
  });

  test('applies to workers that are started meanwhile', () => {
    rig.start(0);
    rig.pool.pause();
    rig.pool.warmUp();
    expect(rig.workers[0]!.sent).toEqual([{ type: 'pause' }]);
  });

  test('for days does not count as a hang', async () => {
    const endings = rig.start(1);
    rig.pool.pause();
    rig.workers[0]!.say({ type: 'stage', attemptId: rig.workers[0]!.attemptIdOf(0), stage: 'wait' });
    for (let minute = 0; minute < 60; minute++) {
      await vi.advanceTimersByTimeAsync(60_000);
      rig.workers[0]!.say({ type: 'alive', residentBytes: 1 });
    }
    expect([rig.workers[0]!.isKilled, states(endings)]).toEqual([false, ['pending']]);
  });
});

describe('cancelling', () => {
  test('removes a job from the queue immediately', async () => {
    const endings = rig.start(4);
    endings[3]!.cancel();
    await settle();
    expect([states(endings)[3], rig.workers[0]!.sent.some(({ type }) => type === 'cancel')]).toEqual([
      'job/cancelled',
      false,
    ]);
  });

  test('sends a request to the worker of a running job, and waits for its answer', async () => {
    const endings = rig.start(2);
    endings[1]!.cancel();
    await settle();
    expect([rig.workers[0]!.sent.at(-1), states(endings)]).toEqual([
      { type: 'cancel', attemptId: rig.workers[0]!.attemptIdOf(1) },
      ['pending', 'pending'],
    ]);
    fail(rig.workers[0]!, 1, 'job/cancelled');
    await settle();
    expect(states(endings)).toEqual(['pending', 'job/cancelled']);
  });

  test('a job whose worker dies meanwhile is cancelled, not failed', async () => {
    const endings = rig.start(1);
    endings[0]!.cancel();
    await die(rig.workers[0]!);
    expect([states(endings), rig.workers.length]).toEqual([['job/cancelled'], 1]);
  });

  test('a job that was requested back for another ends it', async () => {
    const endings = rig.start(3);
    new Ending(rig.pool, 3, { priority: -1 });
    endings[0]!.cancel();
    for (const input of [0, 1, 2]) fail(rig.workers[0]!, input, 'job/cancelled');
    await settle();
    expect(states(endings)).toEqual(['job/cancelled', 'pending', 'pending']);
  });

  test('before its start does not hand it to any worker', async () => {
    rig.start(0);
    const signal = AbortSignal.abort();
    const run = rig.pool.run(jobOf(0), { signal, onProgress: () => undefined });
    await expect(run).rejects.toMatchObject({ code: 'job/cancelled' });
    expect(rig.workers).toHaveLength(0);
  });
});

describe('closing', () => {
  test('lets idle workers end, kills the others, and leaves no job without an end', async () => {
    const endings = rig.start(5);
    rig.pool.close();
    await settle();
    expect([rig.workers[0]!.isKilled, rig.workers.length]).toEqual([true, 1]);
    expect(states(endings)).toEqual([
      ...['worker/crashed', 'worker/crashed', 'worker/crashed'],
      ...['job/cancelled', 'job/cancelled'],
    ]);
    const late = new Ending(rig.pool, 9);
    await settle();
    expect(late.state).toBe('job/cancelled');
  });

  test('while a worker is being replaced also leaves no job without an end', async () => {
    const endings = rig.start(1);
    rig.workers[0]!.isMortal = false;
    rig.workers[0]!.blurt('garbage');
    rig.pool.close();
    await die(rig.workers[0]!);
    expect([states(endings), rig.workers.length]).toEqual([['job/cancelled'], 1]);
  });

  test('asks an idle worker to exit', () => {
    rig.start(0);
    rig.pool.warmUp();
    rig.pool.close();
    expect([rig.workers[0]!.sent, rig.workers[0]!.isKilled]).toEqual([[{ type: 'shutdown' }], false]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
