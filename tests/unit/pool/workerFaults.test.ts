import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { forkLauncher } from '../../../core/pool/launcher.ts';
import { residentBytes } from '../../../core/pool/residentBytes.ts';
import { murderWorkers, runStandIns } from '../../support/workerFaults.ts';

/** The short form of `tests/fault/workers.test.ts`: real processes, but only seconds of them. */

const deadlines = { decode: 1_000 };

describe.skipIf(process.platform === 'win32')('a worker that goes wrong once', () => {
  const inputs = ['sigkill', 'sigsegv', 'exit', 'loop', 'garbage', 'huge', 'stop'].map(
    (fault) => `${fault}-once.png`,
  );

  test('costs no image, whatever the fault', async () => {
    const { endings } = await runStandIns([...inputs, 'well.png'], { deadlines });
    expect(endings).toEqual(Object.fromEntries([...inputs, 'well.png'].map((input) => [input, 'done'])));
  });
});

describe.skipIf(process.platform === 'win32')('an image that brings down every worker', () => {
  test('ends with its reason, and costs no other image', async () => {
    const { endings } = await runStandIns(
      ['well.png', 'sigabrt.png', 'exit.png', 'sleep.png', 'well-2.png'],
      {
        deadlines,
      },
    );
    expect(endings).toEqual({
      'well.png': 'done',
      'sigabrt.png': 'worker/crashed',
      'exit.png': 'worker/crashed',
      'sleep.png': 'worker/timeout',
      'well-2.png': 'done',
    });
  });
});

describe.skipIf(process.platform !== 'linux')('memory', () => {
  test('of a process is the figure of the system', () => {
    expect(residentBytes(process.pid)! / process.memoryUsage.rss()).toBeCloseTo(1, 0);
    expect(residentBytes(2 ** 30)).toBeUndefined();
  });

  test('beyond the ceiling ends a worker, and smaller tiles save the image', async () => {
    const memoryCeilingBytes = 150e6;
    const { endings, workers } = await runStandIns(['hungry.png', 'well.png'], { memoryCeilingBytes });
    expect([endings, workers]).toEqual([{ 'hungry.png': 'done', 'well.png': 'done' }, 2]);
  });
});

describe.skipIf(process.platform === 'win32')('real workers', () => {
  test('that are killed repeatedly still complete the batch', async () => {
    const { totals, kills, leftovers } = await murderWorkers(200, 2, 1_500);
    expect([totals.done, leftovers]).toEqual([200, []]);
    expect(kills).toBeGreaterThan(0);
  });

  test('that are gone are reported, and messages to them are dropped', async () => {
    const missing = '/nowhere/worker.js';
    expect(existsSync(missing)).toBe(false);
    const worker = forkLauncher(missing)();
    const how = await new Promise<string>((resolve) => {
      worker.onExit(({ how }) => {
        resolve(how);
      });
    });
    worker.send({ type: 'shutdown' });
    worker.kill();
    expect(how).toBe('it ended with exit code 1');
  });
});
