import { describe, expect, test } from 'vitest';
import type { ScriptedWorker } from '../../support/launchers.ts';
import { Ending, enter, fail, finish, settle, states, usePool, pass, MEGABYTE } from './poolHarness.ts';

const rig = usePool();

describe('a worker that has served long enough', () => {
  /** Has a worker finish `count` jobs, one after another, with one more in the queue. */
  async function serve(count: number): Promise<void> {
    for (let input = 0; input < count; input++) {
      new Ending(rig.pool, input);
      finish(rig.workers[0]!, input);
    }
    await settle();
  }

  test('with work continues until its successor is warm, then drains and exits', async () => {
    rig.start(0);
    await serve(200);
    const busy = new Ending(rig.pool, 500);
    await pass(1);
    expect([rig.workers.length, rig.workers[1]!.sent.map(({ type }) => type)]).toEqual([2, ['warm']]);
    new Ending(rig.pool, 501);
    expect([rig.workers[0]!.inputs.slice(200), rig.workers[1]!.inputs]).toEqual([[500, 501], []]);
    rig.workers[1]!.say({ type: 'warmed' });
    new Ending(rig.pool, 502);
    expect(rig.workers[1]!.inputs).toEqual([502]);
    finish(rig.workers[0]!, 500, 501);
    await pass(1);
    expect([busy.state, rig.workers[0]!.sent.at(-1), rig.workers[0]!.isKilled]).toEqual([
      'done',
      { type: 'shutdown' },
      false,
    ]);
    rig.workers[0]!.die('it ended with exit code 0');
    expect(rig.workers).toHaveLength(2);
  });

  test('on a graphics device exits before its successor takes memory there', async () => {
    rig.start(0);
    const settings = { device: '0' };
    for (let input = 0; input < 200; input++) {
      new Ending(rig.pool, input, { settings });
      finish(rig.workers[0]!, input);
    }
    for (const input of [500, 501, 502, 503]) new Ending(rig.pool, input, { settings });
    await pass(1);
    finish(rig.workers[0]!, 500, 501, 502);
    await pass(1);
    expect([rig.workers.length, rig.workers[0]!.sent.at(-1)]).toEqual([1, { type: 'shutdown' }]);
    rig.workers[0]!.die('it ended with exit code 0');
    expect(rig.workers[1]!.inputs).toEqual([503]);
  });

  test('without work exits, and only the next job starts a new one', async () => {
    rig.start(0);
    await serve(1);
    await pass(30 * 60 + 1, rig.workers[0]);
    expect([rig.workers.length, rig.workers[0]!.sent.at(-1)]).toEqual([1, { type: 'shutdown' }]);
    new Ending(rig.pool, 3);
    expect(rig.workers[1]!.inputs).toEqual([3]);
  });

  test('is killed if it does not exit on request', async () => {
    rig.start(0);
    await serve(200);
    await pass(7);
    expect([rig.workers.length, rig.workers[0]!.isKilled]).toEqual([1, true]);
  });

  test('is one whose memory grew by half since it was warm', async () => {
    rig.start(0, { memoryCeilingBytes: 9_000 * MEGABYTE });
    new Ending(rig.pool, 1_000);
    rig.workers[0]!.memoryBytes = 1_200 * MEGABYTE;
    await pass(1);
    await serve(6);
    rig.workers[0]!.memoryBytes = 1_800 * MEGABYTE;
    await pass(1);
    expect(rig.workers).toHaveLength(1);
    rig.workers[0]!.memoryBytes = 1_801 * MEGABYTE;
    await pass(1);
    expect(rig.workers).toHaveLength(2);
  });

  test.each([
    { what: 'dies', end: (worker: ScriptedWorker): void => worker.die() },
    { what: 'sends garbage', end: (worker: ScriptedWorker): void => worker.blurt(1) },
  ])('exits after its last job when its successor $what', async ({ end }) => {
    rig.start(0);
    await serve(200);
    const busy = new Ending(rig.pool, 500);
    await pass(1);
    end(rig.workers[1]!);
    await settle();
    new Ending(rig.pool, 501);
    expect([rig.workers[0]!.inputs.at(-1), rig.workers[2]!.inputs]).toEqual([500, [501]]);
    finish(rig.workers[0]!, 500);
    await pass(1);
    expect([busy.state, rig.workers[0]!.sent.at(-1)]).toEqual(['done', { type: 'shutdown' }]);
  });
});

describe('a cancelled job', () => {
  test('whose tile hangs ends its worker within three seconds', async () => {
    const endings = rig.start(2);
    enter(rig.workers[0]!, 0, 'infer');
    enter(rig.workers[0]!, 1, 'decode');
    for (const ending of endings) ending.cancel();
    await pass(3);
    expect(rig.workers[0]!.isKilled).toBe(true);
    await settle();
    expect(states(endings)).toEqual(['job/cancelled', 'job/cancelled']);
  });

  test('that is answered in time does not cost a worker', async () => {
    const endings = rig.start(1);
    enter(rig.workers[0]!, 0, 'infer');
    endings[0]!.cancel();
    await pass(1);
    fail(rig.workers[0]!, 0, 'job/cancelled');
    await pass(20, rig.workers[0]);
    expect([rig.workers[0]!.isKilled, states(endings)]).toEqual([false, ['job/cancelled']]);
  });

  test('does not affect the other jobs of its worker', async () => {
    const endings = rig.start(2);
    enter(rig.workers[0]!, 0, 'infer');
    endings[0]!.cancel();
    await pass(5, rig.workers[0]);
    expect(rig.workers[0]!.isKilled).toBe(false);
    await pass(6, rig.workers[0]);
    expect(rig.workers[0]!.isKilled).toBe(true);
    await settle();
    finish(rig.workers[1]!, 1);
    await settle();
    expect(states(endings)).toEqual(['job/cancelled', 'done']);
  });
});
