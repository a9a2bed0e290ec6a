import { expect, test } from 'vitest';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';
import { addMeasuredBatch } from '../../support/measuredBatch.ts';

const OK = { verdict: 'ok', psnrDb: 40 } as const;

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test('120 reports of a batch are read page by page, in order', async () => {
  const store = openMemoryStore();
  addMeasuredBatch(store, [OK]);
  const batchId = addMeasuredBatch(
    store,
    Array.from({ length: 120 }, () => OK),
  );
  const ids = store.jobs.ofBatch(batchId, 0, 200).map(({ id }) => id);
  const choice = { batchIds: [batchId] };
  const read = await all(store.reports.reports(choice));
  expect(read.map(({ jobId }) => jobId)).toEqual(ids);
  expect((await all(store.reports.reports(choice, ids[100]))).map(({ jobId }) => jobId)).toEqual(
    ids.slice(100),
  );
  expect(await all(store.reports.reports({ jobIds: [ids[7]!, ids[3]!] }))).toHaveLength(2);
  expect(store.reports.count(choice)).toBe(120);
  expect(store.reports.count({})).toBe(121);
  expect(store.reports.firstOfNewest(choice, 20)).toBe(ids[100]);
  expect(store.reports.firstOfNewest(choice, 121)).toBe(0);
});

test('inputs without a report are listed with their outcome, apart from failures', async () => {
  const store = openMemoryStore();
  const batchId = store.addBatch(sampleBatch(), 0, waitingJobs(4));
  const next = () => store.transitions.takeNext(() => ({ tempPath: '', scratchFolder: '' }))!;
  store.transitions.end(next(), {
    kind: 'failed',
    error: { code: 'image/corrupt', message: 'It is cut off.' },
  });
  store.transitions.end(next(), { kind: 'skipped', reason: 'output-exists', outputPath: '/enlarged/1.png' });
  store.transitions.cancelWaiting({ batchId });
  const choice = { batchIds: [batchId] };
  expect(store.reports.countFailures(choice)).toBe(1);
  expect(await all(store.reports.failures(choice))).toEqual([
    { input: 'photos/0.png', error: { code: 'image/corrupt', message: 'It is cut off.' } },
  ]);
  expect(await all(store.reports.others(choice))).toEqual([
    { input: 'photos/1.png', state: 'skipped', reason: 'output-exists', output: '/enlarged/1.png' },
    { input: 'photos/2.png', state: 'cancelled' },
    { input: 'photos/3.png', state: 'cancelled' },
  ]);
  expect(await all(store.reports.reports(choice))).toEqual([]);
});
