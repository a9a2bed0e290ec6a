import { expect, test, vi } from 'vitest';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { BatchReportState } from '../../../renderer/state/report/batchReport.svelte.ts';
import { standInConnection } from './standInConnection.ts';

/** The report of a finished batch with that many images and broken files, and its requests to the host. */
async function reportOf(images: number, broken: number) {
  const { host, connection } = standInConnection();
  const { batch } = new BatchOptions(connection.info.capabilities);
  const names = [
    ...Array.from({ length: images }, (_, index) => `p${index}-10x10.png`),
    ...Array.from({ length: broken }, (_, index) => `broken${index}-10x10.png`),
  ];
  const spec = { ...batch, sources: [{ kind: 'path' as const, path: names.join('|') }] };
  const { batchId } = await host.api.addBatch({ spec, startNow: true });
  while ((await host.api.getQueue({})).state.kind !== 'idle') host.tick();
  const getBatchReport = vi.fn(host.api.getBatchReport);
  const report = new BatchReportState({ ...host.api, getBatchReport });
  await report.open(batchId);
  return { report, getBatchReport };
}

test('a batch is summed up by one request, and its images are loaded page by page', async () => {
  const { report, getBatchReport } = await reportOf(130, 2);
  expect(getBatchReport).toHaveBeenCalledTimes(1);
  expect([report.measuredTotal, report.failedTotal, report.images.length]).toEqual([130, 2, 100]);
  expect(report.failures.map(({ name }) => name)).toEqual(['broken0-10x10.png', 'broken1-10x10.png']);
  await report.more();
  expect([report.images.length, report.failures.length, report.hasMore]).toEqual([130, 2, false]);
  expect(new Set(report.images.map(({ job }) => job.id)).size).toBe(130);
  await report.more();
  expect(getBatchReport).toHaveBeenCalledTimes(2);
});

test('each score has bars that count every measured image', async () => {
  const { report } = await reportOf(5, 0);
  for (const score of ['psnrDb', 'ssim', 'deltaE', 'gradientGain'] as const) {
    report.score = score;
    expect(report.bars.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  }
});

test('the images are sorted by the chosen score, worst first', async () => {
  const { report } = await reportOf(12, 0);
  const shown = (): (number | null)[] =>
    report.images.filter(({ verdict }) => verdict === 'ok').map(({ scores }) => scores[report.score]);
  report.score = 'deltaE';
  expect(shown()).toEqual(shown().toSorted((a, b) => (b ?? 0) - (a ?? 0)));
  report.score = 'ssim';
  expect(shown()).toEqual(shown().toSorted((a, b) => (a ?? 0) - (b ?? 0)));
  const verdicts = report.images.map(({ verdict }) => verdict);
  expect(verdicts).toEqual(verdicts.toSorted((a, b) => (a === b ? 0 : a === 'ok' ? 1 : -1)));
});

test('the report of another batch starts empty', async () => {
  const { report } = await reportOf(3, 1);
  const opened = report.open(999);
  expect([report.images, report.failures, report.measuredTotal]).toEqual([[], [], 0]);
  await opened;
  expect(report.batchId).toBe(999);
});
