import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import type { JobOrder } from '../../../core/store/jobPage.ts';
import type { Store } from '../../../core/store/store.ts';
import type { StoredJob, StoredState } from '../../../core/store/storedJob.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';

const FILE = { width: 8, height: 6, sizeBytes: 10, sha256: 'a'.repeat(64) };
const MADE = { input: FILE, output: FILE, device: 'cpu', repairedTiles: 0, warnings: [], elapsedMs: 1 };
const DONE: Extract<StoredState, { kind: 'done' }> = {
  kind: 'done',
  outputPath: '/enlarged/0.png',
  outputSize: { width: 8, height: 6 },
  outputBytes: 10,
  ...{ elapsedMs: 1, device: 'cpu', repairedTiles: 0, warnings: [] },
};
const FAILED = { kind: 'failed', error: { code: 'image/corrupt', message: 'Damaged.' } } as const;
const SKIPPED = { kind: 'skipped', reason: 'output-exists' } as const;

function take(store: Store): StoredJob | undefined {
  return store.transitions.takeNext(({ id }) => ({
    tempPath: `/tmp/${id}.part`,
    scratchFolder: `/tmp/${id}`,
  }));
}

function filledStore(jobs: number): Store {
  const store = openMemoryStore();
  store.addBatch(sampleBatch(), 0, waitingJobs(jobs));
  return store;
}

/** Actions on jobs, in any order; one that does not apply does nothing. */
const STEPS: Readonly<Record<string, (store: Store, running: StoredJob[], pick: number) => void>> = {
  take: (store, running) => {
    const job = take(store);
    if (job) running.push(job);
  },
  finish: (store, running) => {
    const job = running.shift();
    if (job === undefined) return;
    store.transitions.startPublishing(job, { made: MADE });
    store.transitions.end(job, DONE);
  },
  fail: (store, running) => {
    const job = running.pop();
    if (job) store.transitions.end(job, FAILED);
  },
  skip: (store, running) => {
    const job = running.pop();
    if (job) store.transitions.end(job, SKIPPED);
  },
  cancelRunning: (store, running) => {
    const job = running.pop();
    if (job) store.transitions.end(job, { kind: 'cancelled' });
  },
  putBack: (store, running) => {
    const job = running.pop();
    if (job) store.transitions.putBack(job, 'paused');
  },
  crash: (store, running) => {
    for (const { job } of store.transitions.interrupted()) store.transitions.putBack(job, 'interrupted');
    running.length = 0;
  },
  cancelWaiting: (store, _, pick) => {
    store.transitions.cancelWaiting({ jobIds: [pick] });
  },
  retry: (store, _, pick) => {
    store.transitions.retry({ jobIds: [pick] });
  },
  move: (store, _, pick) => {
    store.jobs.move([pick], (pick % 5) + 1);
  },
};

describe('whatever happens', () => {
  test('every input is in exactly one state, and only queued jobs are started', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(STEPS)), fc.integer({ min: 1, max: 6 })), {
          maxLength: 40,
        }),
        (steps) => {
          const store = filledStore(6);
          const running: StoredJob[] = [];
          for (const [name, pick] of steps) {
            STEPS[name]?.(store, running, pick);
            const { queued, running: underWay, done, skipped, failed, cancelled } = store.jobs.counts();
            expect(queued + underWay + done + skipped + failed + cancelled).toBe(6);
            expect(underWay).toBe(running.length);
            store.batches.settle(1);
            expect(store.batches.get(1)?.finishedAt === undefined).toBe(queued + underWay > 0);
          }
          store.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('an invalid change', () => {
  test('is a bug of ours and is refused: an ended job does not end again', () => {
    const store = filledStore(1);
    const job = take(store)!;
    store.transitions.end(job, FAILED);
    expect(() => store.transitions.end(job, DONE)).toThrow(TypeError);
    expect(() => store.transitions.putBack({ ...job, id: 99 }, 'paused')).toThrow(TypeError);
    expect(store.jobs.counts().failed).toBe(1);
  });
});

describe('the queue', () => {
  test('returns jobs of people before those of watched folders, each in order', () => {
    const store = openMemoryStore();
    store.addBatch({ ...sampleBatch(), origin: 'watched-folder' }, 1, waitingJobs(2));
    store.addBatch(sampleBatch(), 0, waitingJobs(2));
    expect([take(store)?.id, take(store)?.id, take(store)?.id, take(store)?.id, take(store)]).toEqual([
      ...[3, 4, 1, 2],
      undefined,
    ]);
  });

  test('leaves out suspended batches until they are resumed', () => {
    const store = openMemoryStore();
    const batchId = store.addBatch({ ...sampleBatch(), origin: 'command-line' }, 0, waitingJobs(1));
    store.batches.suspendCommandLine();
    expect([take(store), store.jobs.openWork().images]).toEqual([undefined, 0]);
    store.batches.resume(batchId);
    expect(take(store)?.batchId).toBe(batchId);
  });

  test('can be reordered a thousand times at the same place', () => {
    const store = filledStore(4);
    for (let round = 0; round < 1_000; round++) store.jobs.move([(round % 2) + 3], 2);
    const { jobs } = store.jobs.page({ order: 'queue', offset: 0, limit: 10 });
    expect(jobs.map(({ id }) => id)).toEqual([1, 3, 4, 2]);
  });
});

describe('after a crash', () => {
  test('interrupted jobs are listed with their files and their finished results', () => {
    const store = filledStore(2);
    take(store);
    const second = take(store)!;
    store.transitions.startPublishing(second, { fileKey: '1:2', made: MADE });
    const [first, publishing] = store.transitions.interrupted();
    expect(first).toMatchObject({
      job: { state: { kind: 'running' } },
      attempt: { tempPath: '/tmp/1.part' },
    });
    expect(first?.attempt.finished).toBeUndefined();
    expect(publishing).toMatchObject({
      job: { state: { kind: 'publishing' } },
      attempt: { tempPath: '/tmp/2.part', finished: { fileKey: '1:2', made: MADE } },
    });
  });
});

test('a page has the requested states, searches in any case, and sorts worst first', () => {
  const store = openMemoryStore();
  const [a, b, c] = waitingJobs(3);
  store.addBatch(sampleBatch(), 0, [
    { ...a!, name: 'Ärger.png' },
    { ...b!, name: 'b.png', state: FAILED },
    { ...c!, name: 'c.png', state: SKIPPED },
  ]);
  const page = { order: 'queue', offset: 0, limit: 10 } as const;
  const names = (query: Partial<Parameters<typeof store.jobs.page>[0]>): string[] =>
    store.jobs.page({ ...page, ...query }).jobs.map(({ name }) => name);
  expect(names({ states: ['failed', 'skipped'] })).toEqual(['b.png', 'c.png']);
  expect(names({ search: 'äRG' })).toEqual(['Ärger.png']);
  expect(names({ order: 'worst-first' })[0]).toBe('b.png');
  expect(names({ order: 'newest', limit: 1, offset: 1 })).toEqual(['b.png']);
  expect(store.jobs.page({ ...page, limit: 1 }).total).toBe(3);
});

test('a page is sorted by size, time, state or folder, and then by age', () => {
  const store = openMemoryStore();
  const rows = ['/b/1.png', '/a/2.png', '/b/3.png', '/a/4.png'].map((source, index) => ({
    ...waitingJobs(4)[index]!,
    ...{ source, name: path.basename(source) },
  }));
  store.addBatch(sampleBatch(), 0, [...rows.slice(0, 3), { ...rows[3]!, state: FAILED }]);
  const done = take(store)!;
  store.jobs.noteSizes(done.id, { width: 10, height: 10 }, { width: 40, height: 40 });
  const second = take(store)!;
  store.jobs.noteSizes(second.id, { width: 10, height: 10 }, { width: 80, height: 80 });
  const names = (order: JobOrder): string[] =>
    store.jobs.page({ order, offset: 0, limit: 10 }).jobs.map(({ name }) => name);
  expect(names('folder')).toEqual(['2.png', '4.png', '1.png', '3.png']);
  expect(names('largest').slice(0, 2)).toEqual(['2.png', '1.png']);
  expect(names('state')).toEqual(['3.png', '1.png', '2.png', '4.png']);
  for (const [job, elapsedMs] of [
    [done, 5],
    [second, 9],
  ] as const) {
    store.transitions.startPublishing(job, { made: MADE });
    store.transitions.end(job, { ...DONE, elapsedMs });
  }
  expect(names('slowest').slice(0, 2)).toEqual(['2.png', '1.png']);
});

describe('of several batches, one of which waits to be started', () => {
  /** Batches 1 and 3 may go on; the jobs of batch 2 would be the first. */
  function threeBatches(): Store {
    const store = openMemoryStore();
    store.addBatch(sampleBatch(), 1, waitingJobs(2));
    store.addBatch({ ...sampleBatch(), isSuspended: true }, 0, waitingJobs(1_000));
    store.addBatch(sampleBatch({ nameTemplate: '3_{name}.{ext}' }), 1, waitingJobs(2));
    return store;
  }

  function takeAll(store: Store, choice: Parameters<Store['transitions']['takeNext']>[1]): string[] {
    const taken: string[] = [];
    for (;;) {
      const job = store.transitions.takeNext(() => ({ tempPath: '/t', scratchFolder: '/s' }), choice);
      if (job === undefined) return taken;
      taken.push(`${job.batchId}:${job.numberInBatch}`);
    }
  }

  test.each([
    { choice: {}, expected: ['1:0', '1:1', '3:0', '3:1'] },
    { choice: { batchId: 3 }, expected: ['3:0', '3:1'] },
    { choice: { batchId: 2 }, expected: [] },
    { choice: { lastPriority: 0 }, expected: [] },
    { choice: { notBelow: ['/elsewhere', '/enlarged'] }, expected: [] },
    { choice: { lastPriority: 1, notBelow: ['/enlarged/1'] }, expected: ['1:0', '1:1', '3:0', '3:1'] },
  ])('$choice takes $expected', ({ choice, expected }) => {
    const store = threeBatches();
    expect(takeAll(store, choice)).toEqual(expected);
    store.close();
  });
});
