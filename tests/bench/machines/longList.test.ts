import { expect, test } from 'vitest';
import type { EnlargerApi } from '../../../core/api/contract.ts';
import { openStore } from '../../../core/store/openStore.ts';
import { openTestHost } from '../../support/hostParts.ts';
import { addLongBatch } from '../../support/longList.ts';
import { runCli } from '../../support/runCli.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/**
 * How long people wait for a list of a million images, of which half have ended:
 * `npx vitest run --mode bench tests/bench/machines/longList.test.ts`.
 */
const JOBS = Number(process.env.ENLARGER_BENCH_JOBS ?? 1_000_000);
const ROUNDS = 3;
const LIMIT = 200;

/** Milliseconds of processor time: the list is read in one thread, and other programs may be busy. */
async function timed(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The worst of some rounds, in whole milliseconds. */
async function worstOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(work));
  return Math.round(Math.max(...times));
}

type Query = Parameters<EnlargerApi['listJobs']>[0];

const QUERIES: Readonly<Record<string, Omit<Query, 'limit'>>> = {
  'first page': { order: 'queue', offset: 0 },
  'page in the middle': { order: 'queue', offset: JOBS / 2 },
  'last page': { order: 'queue', offset: JOBS - LIMIT },
  newest: { order: 'newest', offset: 0 },
  'by name': { order: 'name', offset: 0 },
  'by name, in the middle': { order: 'name', offset: JOBS / 2 },
  'worst first': { order: 'worst-first', offset: 0 },
  largest: { order: 'largest', offset: 0 },
  slowest: { order: 'slowest', offset: 0 },
  'by state': { order: 'state', offset: 0 },
  'by folder': { order: 'folder', offset: 0 },
  'only failed': { order: 'queue', offset: 0, states: ['failed'] },
  'only waiting': { order: 'queue', offset: 0, states: ['queued'] },
  'one name': { order: 'queue', offset: 0, search: 'page-0777777' },
  'part of many names': { order: 'name', offset: 0, search: 'page-07' },
};

test(`a list of ${JOBS} images`, async () => {
  const folder = temporaryFolder();
  const { store } = openStore(folder, 'a bench');
  const added = Math.round(await timed(() => addLongBatch(store, folder, JOBS)));
  store.close();
  let opened: Awaited<ReturnType<typeof openTestHost>> | undefined;
  const start = Math.round(await timed(async () => (opened = await openTestHost(folder))));
  if (opened === undefined) throw new Error('The host did not open.');
  const { api } = opened.host;
  const figures: Record<string, number> = { added, start };
  const before = process.memoryUsage.rss();
  for (const [name, query] of Object.entries(QUERIES)) {
    figures[name] = await worstOf(() => api.listJobs({ ...query, limit: LIMIT }));
    const batch = (await api.listBatches({})).batches[0]?.id;
    if (batch === undefined) throw new Error('There is no batch.');
    figures[`${name}, one batch`] = await worstOf(() =>
      api.listJobs({ ...query, batchId: batch, limit: LIMIT }),
    );
  }
  figures.queue = await worstOf(() => api.getQueue({}));
  figures.batches = await worstOf(() => api.listBatches({}));
  const grownMb = Math.round((process.memoryUsage.rss() - before) / 1e6);
  await opened.close();
  const startedAt = performance.now();
  await runCli(['jobs', 'list', '--data', folder]);
  figures['enlarger jobs list, on the clock'] = Math.round(performance.now() - startedAt);
  process.stderr.write(`${JSON.stringify({ JOBS, milliseconds: figures, grownMb }, null, 2)}\n`);
  expect(figures['first page']).toBeGreaterThanOrEqual(0);
}, 1_800_000);
