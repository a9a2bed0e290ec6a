import { expect, test } from 'vitest';
import type { NewJob } from '../../../core/store/jobTable.ts';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import type { Store } from '../../../core/store/store.ts';
import type { StoredJob } from '../../../core/store/storedJob.ts';
import { batchRequest } from '../../support/batchRequest.ts';

const BATCH = { origin: 'window', failFast: false } as const;

function addBatch(store: Store, count: number): number {
  const { spec, modelsFolder } = batchRequest(['/in'], '/out');
  const jobs = Array.from({ length: count }, (_each, index): NewJob => {
    const name = `${index}.png`;
    return {
      ...{ input: `/in/${name}`, source: `/in/${name}`, name, target: `/out/${name}`, format: 'png' },
      state: index % 5 === 4 ? { kind: 'skipped', reason: 'output-exists' } : { kind: 'queued' },
    };
  });
  return store.addBatch({ ...BATCH, spec, modelsFolder }, 0, jobs);
}

function takeNext(store: Store): StoredJob {
  const job = store.transitions.takeNext(({ id }) => ({ tempPath: `/${id}.part`, scratchFolder: `/${id}` }));
  if (job === undefined) throw new Error('Nothing waits.');
  return job;
}

/** The expected totals, counted job by job. */
function counted(store: Store, batchIds: readonly number[]): unknown {
  const jobs = batchIds.flatMap((id) => store.jobs.ofBatch(id, 0, 1_000));
  const counts = { queued: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };
  for (const { state } of jobs) counts[state.kind === 'publishing' ? 'running' : state.kind]++;
  const open = jobs.filter(({ state }) => state.kind === 'queued' || state.kind === 'running');
  const sized = open.flatMap(({ targetSize }) => targetSize ?? []);
  const pixels = sized.reduce((sum, { width, height }) => sum + width * height, 0);
  const work = { images: open.length, sizedImages: sized.length, sizedMegapixels: pixels / 1e6 };
  return { counts, total: jobs.length, work };
}

function totals(store: Store): unknown {
  const { total } = store.jobs.page({ order: 'queue', offset: 0, limit: 1 });
  return { counts: store.jobs.counts(), total, work: store.jobs.openWork() };
}

test('totals of the list follow every way in which a job is added, changes or is removed', () => {
  const store = openMemoryStore();
  const batches = [addBatch(store, 12), addBatch(store, 7)];
  const [first = 0, second = 0] = batches;
  const steps: readonly (() => unknown)[] = [
    () => undefined,
    () => {
      store.jobs.noteSizes(takeNext(store).id, { width: 10, height: 20 }, { width: 40, height: 80 });
    },
    () => {
      const job = takeNext(store);
      store.transitions.end(job, {
        kind: 'failed',
        error: { code: 'image/corrupt', message: 'It is cut off.' },
      });
    },
    () => {
      store.transitions.putBack(takeNext(store), 'paused');
    },
    () => store.transitions.cancelWaiting({ batchId: second }),
    () => store.transitions.retry({ batchId: second }),
    () => store.jobs.remove({ jobIds: [3, 4, 5] }),
    () => store.jobs.remove({ batchId: second }),
    () => {
      store.batches.removeEmpty();
    },
    () => store.transitions.cancelWaiting({ batchId: first }),
  ];
  for (const step of steps) {
    step();
    expect(totals(store)).toEqual(counted(store, batches));
  }
  expect(store.jobs.counts(second)).toEqual(expect.objectContaining({ queued: 0, skipped: 0 }));
  store.close();
});
