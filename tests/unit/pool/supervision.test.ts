import { describe, expect, test, vi } from 'vitest';
import {
  Ending,
  enter,
  fail,
  finish,
  finishTile,
  settle,
  states,
  usePool,
  pass,
  SECOND,
  MEGABYTE,
} from './poolHarness.ts';

const rig = usePool();

describe('a stage that takes too long', () => {
  test.each([
    { stage: 'decode', seconds: 120 },
    { stage: 'load', seconds: 300 },
    { stage: 'infer', seconds: 300 },
    { stage: 'finish', seconds: 300 },
    { stage: 'encode', seconds: 300 },
    { stage: 'assess', seconds: 300 },
  ] as const)(
    '($stage) ends the worker after $seconds s, even if it sends heartbeats',
    async ({ stage, seconds }) => {
      const endings = rig.start(1);
      enter(rig.workers[0]!, 0, stage);
      await pass(seconds, rig.workers[0]);
      expect(rig.workers[0]!.isKilled).toBe(false);
      await pass(1, rig.workers[0]);
      expect([rig.workers[0]!.isKilled, rig.workers[1]!.inputs]).toEqual([true, [0]]);
      enter(rig.workers[1]!, 0, stage);
      await pass(seconds + 1, rig.workers[1]);
      expect([rig.workers.length, states(endings)]).toEqual([2, ['worker/timeout']]);
      expect(endings[0]!.message).toMatch(`${seconds} s on one step (${stage})`);
    },
  );

  test('has more time for an image of more megapixels than seconds', async () => {
    rig.start(1);
    enter(rig.workers[0]!, 0, 'encode', 2_600);
    await pass(2_599, rig.workers[0]);
    expect(rig.workers[0]!.isKilled).toBe(false);
    await pass(2, rig.workers[0]);
    expect(rig.workers[0]!.isKilled).toBe(true);
  });

  test('does not count against the other jobs of its worker', async () => {
    const endings = rig.start(3);
    enter(rig.workers[0]!, 0, 'decode');
    enter(rig.workers[0]!, 1, 'wait');
    await pass(121, rig.workers[0]);
    // The job that hung runs first, alone.
    expect(rig.workers[1]!.inputs).toEqual([0]);
    enter(rig.workers[1]!, 0, 'decode');
    await pass(121, rig.workers[1]);
    expect([rig.workers[2]!.inputs, states(endings)]).toEqual([
      [1, 2],
      ['worker/timeout', 'pending', 'pending'],
    ]);
  });

  test('of a job that blocks the worker is not blamed on one that is decoded meanwhile', async () => {
    rig.start(2);
    enter(rig.workers[0]!, 0, 'infer');
    enter(rig.workers[0]!, 1, 'decode');
    await pass(299);
    expect(rig.workers[0]!.isKilled).toBe(false);
  });

  test('does not result from an hour of sleep', async () => {
    rig.start(1);
    enter(rig.workers[0]!, 0, 'decode');
    await pass(60, rig.workers[0]);
    vi.setSystemTime(Date.now() + 3_600 * SECOND);
    await pass(59, rig.workers[0]);
    expect(rig.workers[0]!.isKilled).toBe(false);
  });
});

describe('a tile', () => {
  test('has 30 s once the pace is known, or twenty times the average', async () => {
    rig.start(1);
    enter(rig.workers[0]!, 0, 'infer');
    await pass(1, rig.workers[0]);
    finishTile(rig.workers[0]!, 0);
    await pass(30, rig.workers[0]);
    expect(rig.workers[0]!.isKilled).toBe(false);
    await pass(1, rig.workers[0]);
    expect(rig.workers[0]!.isKilled).toBe(true);
    // The pace is known to all workers: about 1 s, so that a slow tile gets the floor, a slower device its multiple.
    enter(rig.workers[1]!, 0, 'infer');
    for (let tile = 0; tile < 100; tile++) {
      await pass(10, rig.workers[1]);
      finishTile(rig.workers[1]!, 0);
    }
    await pass(150, rig.workers[1]);
    expect(rig.workers[1]!.isKilled).toBe(false);
    await pass(51, rig.workers[1]);
    expect(rig.workers[1]!.isKilled).toBe(true);
  });
});

describe('a silent worker', () => {
  test('while its jobs wait is ended, and its job is given up the second time', async () => {
    const endings = rig.start(1, { silenceMs: SECOND });
    await vi.advanceTimersByTimeAsync(SECOND * 1.3);
    expect([rig.workers[0]!.isKilled, rig.workers.length]).toEqual([true, 2]);
    await vi.advanceTimersByTimeAsync(SECOND * 1.3);
    expect([rig.workers[1]!.isKilled, rig.workers.length, states(endings)]).toEqual([
      true,
      2,
      ['worker/timeout'],
    ]);
  });

  test('without work is not ended, and neither is one that sends heartbeats', async () => {
    const endings = rig.start(1, { silenceMs: SECOND });
    for (let second = 0; second < 10; second++) {
      await vi.advanceTimersByTimeAsync(SECOND * 0.9);
      rig.workers[0]!.say({ type: 'alive', residentBytes: MEGABYTE });
    }
    finish(rig.workers[0]!, 0);
    await vi.advanceTimersByTimeAsync(SECOND * 20);
    expect([rig.workers.length, rig.workers[0]!.isKilled, states(endings)]).toEqual([1, false, ['done']]);
  });

  test('and cannot be ended delays its jobs for at most five seconds', async () => {
    const endings = rig.start(1);
    rig.workers[0]!.isMortal = false;
    enter(rig.workers[0]!, 0, 'decode');
    await pass(121, rig.workers[0]);
    expect([rig.workers[0]!.isKilled, rig.workers.length]).toEqual([true, 1]);
    const attemptId = rig.workers[0]!.attemptIdOf(0);
    await pass(6);
    expect(rig.workers[1]!.inputs).toEqual([0]);
    // It was stopped, not dead, and comes back with its result.
    const result = { kind: 'large-enough', input: { width: 1, height: 1 } } as const;
    rig.workers[0]!.say({ type: 'finished', attemptId, result });
    await settle();
    expect(states(endings)).toEqual(['pending']);
  });
});

describe('a worker that uses too much memory', () => {
  const memoryCeilingBytes = 900 * MEGABYTE;

  test('is ended within half a second; its job gets half the tiles, alone, and then is given up', async () => {
    const endings = rig.start(2, { memoryCeilingBytes }, { settings: { tile: 200 } });
    rig.workers[0]!.memoryBytes = memoryCeilingBytes + 1;
    await vi.advanceTimersByTimeAsync(SECOND / 2);
    expect([
      rig.workers[0]!.isKilled,
      rig.workers[1]!.inputs,
      rig.workers[1]!.jobs[0]!.settings.tile,
    ]).toEqual([true, [0], 100]);
    rig.workers[1]!.memoryBytes = memoryCeilingBytes + 1;
    await vi.advanceTimersByTimeAsync(SECOND / 2);
    expect([states(endings), rig.workers[2]!.inputs]).toEqual([['worker/out-of-memory', 'pending'], [1]]);
    expect(endings[0]!.message).toMatch('900 MB');
  });

  test('is taken from its report if the system does not show it', async () => {
    rig.start(1, { memoryCeilingBytes });
    rig.workers[0]!.say({ type: 'alive', residentBytes: memoryCeilingBytes + 1 });
    await vi.advanceTimersByTimeAsync(SECOND / 2);
    expect(rig.workers[0]!.isKilled).toBe(true);
  });
});

describe('a device that runs out of memory', () => {
  test('gets a new process and half the tiles, down to 64 pixels', async () => {
    const endings = rig.start(1);
    const tiles: unknown[] = [];
    for (let index = 0; index < 4; index++) {
      tiles.push(rig.workers[index]!.jobs[0]!.settings.tile);
      fail(rig.workers[index]!, 0, 'engine/out-of-memory');
      await settle();
      expect(rig.workers[index]!.isKilled).toBe(true);
    }
    expect([tiles, states(endings), rig.workers.length]).toEqual([
      ['auto', 256, 128, 64],
      ['engine/out-of-memory'],
      4,
    ]);
  });

  test('is remembered with the model, and does not count against the other jobs of the worker', async () => {
    const endings = rig.start(3);
    fail(rig.workers[0]!, 1, 'engine/out-of-memory');
    await settle();
    expect(rig.workers[1]!.jobs.map(({ inputPath, settings }) => [inputPath, settings.tile])).toEqual([
      ['0.png', 256],
      ['1.png', 256],
      ['2.png', 256],
    ]);
    for (const input of [0, 1, 2]) finish(rig.workers[1]!, input);
    await settle();
    new Ending(rig.pool, 3, { settings: { tile: 96 } });
    new Ending(rig.pool, 4, { settings: { model: 'another' } });
    expect([states(endings), rig.workers[1]!.jobs.slice(3).map(({ settings }) => settings.tile)]).toEqual([
      ['done', 'done', 'done'],
      [96, 'auto'],
    ]);
  });
});
