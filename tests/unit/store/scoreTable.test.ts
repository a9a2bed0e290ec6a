import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openMemoryStore, openStore } from '../../../core/store/openStore.ts';
import { STORE_FILE } from '../../../core/store/store.ts';
import { SqlConnection } from '../../../core/store/sqlConnection.ts';
import { fixtureStore } from '../../support/fixtureStore.ts';
import { addMeasuredBatch } from '../../support/measuredBatch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { sampleReport } from '../report/sampleReport.ts';

const STARTS = { psnrDb: [20, 30, 40], ssim: [0.5, 0.9], deltaE: [0, 1], gradientGain: [1, 2] };

test('results of a batch are counted by verdict and by score, without those that were not measured', () => {
  const store = openMemoryStore();
  addMeasuredBatch(store, [{ verdict: 'failed', psnrDb: 1 }]);
  const batchId = addMeasuredBatch(store, [
    { verdict: 'ok', psnrDb: 40 },
    { verdict: 'ok', psnrDb: 'identical' },
    { verdict: 'look', psnrDb: 39.9 },
    { verdict: 'look', psnrDb: 3 },
    { verdict: 'failed', psnrDb: null },
    undefined,
  ]);
  const { verdicts, histograms } = store.scores.sumUp(batchId, STARTS);
  expect(verdicts).toEqual({ ok: 2, look: 2, failed: 1 });
  expect(histograms.psnrDb).toEqual([
    { from: 20, count: 2 },
    { from: 30, count: 1 },
    { from: 40, count: 2 },
  ]);
  expect(histograms.ssim.map(({ count }) => count)).toEqual([0, 5]);
});

test('the worst come first, page by page, with the places to review', () => {
  const store = openMemoryStore();
  const batchId = addMeasuredBatch(store, [
    { verdict: 'ok', psnrDb: 20 },
    { verdict: 'look', psnrDb: 'identical' },
    { verdict: 'look', psnrDb: 50 },
    { verdict: 'failed', psnrDb: 60 },
    { verdict: 'failed', psnrDb: null },
    { verdict: 'look', psnrDb: 31 },
  ]);
  const first = store.jobs.ofBatch(batchId, 0, 1)[0]?.id ?? 0;
  const pages = [0, 2, 4].flatMap((offset) => store.scores.worstFirst(batchId, offset, 2));
  expect(pages.map(({ jobId }) => jobId - first)).toEqual([4, 3, 5, 2, 1, 0]);
  expect(pages[2]).toMatchObject({
    verdict: 'look',
    scores: { identical: false, psnrDb: 31 },
    reasons: sampleReport().quality?.reasons,
  });
});

test('the figures in reports of an earlier version are available after the update', () => {
  const folder = temporaryFolder();
  const file = path.join(folder, STORE_FILE);
  fixtureStore(2, file);
  const sql = new SqlConnection(file);
  sql.run('UPDATE results SET report = ?', JSON.stringify(sampleReport()));
  sql.close();
  const { store } = openStore(folder, 'a test');
  onTestFinished(() => {
    store.close();
  });
  const [done] = store.jobs.page({ states: ['done'], order: 'queue', offset: 0, limit: 1 }).jobs;
  expect(store.scores.worstFirst(done?.batchId ?? 0, 0, 10)).toMatchObject([
    { jobId: done?.id, verdict: 'look', scores: { psnrDb: 48.2 } },
  ]);
});
