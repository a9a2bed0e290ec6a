import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../../core/api/jobSettings.ts';
import { openTestHost, type TestHost } from '../../../support/hostParts.ts';
import { addMeasuredBatch } from '../../../support/measuredBatch.ts';
import { sceneRaster, writePng } from '../../../support/images.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

async function hostIn(folder: string): Promise<TestHost> {
  const opened = await openTestHost(path.join(folder, 'data'));
  onTestFinished(() => opened.close());
  return opened;
}

test('the summary of a batch has its verdicts, its scores, and its failures with their reasons', async () => {
  const folder = temporaryFolder();
  const { host } = await hostIn(folder);
  const good = ['a.png', 'b.png'].map((name) => writePng(path.join(folder, name), sceneRaster(64, 48)));
  const broken = path.join(folder, 'c.png');
  writeFileSync(broken, 'no image');
  const { batchId } = await host.api.addBatch({
    spec: {
      sources: [...good, broken].map((source) => ({ kind: 'path', path: source })),
      destination: { kind: 'path', path: path.join(folder, 'out') },
      settings: { ...DEFAULT_JOB_SETTINGS, model: 'bicubic', sizing: { kind: 'factor', factor: 2 } },
      ...{ exists: 'skip', nameTemplate: '{name}.{ext}', recursive: true, include: [], exclude: [] },
      report: { measure: true, formats: [] },
    },
    startNow: true,
  });
  await expect.poll(async () => (await host.api.getQueue({})).state.kind, { timeout: 20_000 }).toBe('idle');
  const summary = await host.api.getBatchReport({ batchId, offset: 0, limit: 10 });
  expect(summary.counts).toMatchObject({ done: 2, failed: 1 });
  expect(summary.verdicts).toEqual({ ok: 2, look: 0, failed: 0 });
  expect(summary.worstFirst.map(({ job }) => job.name).sort()).toEqual(['a.png', 'b.png']);
  expect(summary.failures).toMatchObject([
    { name: 'c.png', state: { kind: 'failed', error: { code: 'image/unsupported-format' } } },
  ]);
  for (const bars of Object.values(summary.histograms)) {
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  }
});

test('both lists have pages, and a missing batch is reported', async () => {
  const { host, parts } = await hostIn(temporaryFolder());
  const batchId = addMeasuredBatch(
    parts.store,
    Array.from({ length: 5 }, (_, index) => ({ verdict: 'ok' as const, psnrDb: 50 - index })),
  );
  const { worstFirst } = await host.api.getBatchReport({ batchId, offset: 3, limit: 10 });
  expect(worstFirst.map(({ scores }) => scores.psnrDb)).toEqual([49, 50]);
  await expect(host.api.getBatchReport({ batchId: 99, offset: 0, limit: 1 })).rejects.toMatchObject({
    code: 'batch/not-found',
  });
});
