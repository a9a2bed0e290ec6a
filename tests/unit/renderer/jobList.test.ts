import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { JobList } from '../../../renderer/state/queue/jobList.svelte.ts';
import { standInConnection } from './standInConnection.ts';

const noError = (error: unknown): void => {
  throw error;
};

async function listOf(count: number) {
  const { host, connection } = standInConnection();
  const { batch } = new BatchOptions(connection.info.capabilities);
  const sources = Array.from({ length: count }, (_, index) => {
    return { kind: 'path', path: `image${index}-10x10.png` } as const;
  });
  await host.api.addBatch({ spec: { ...batch, sources }, startNow: false });
  const listJobs = vi.fn(host.api.listJobs);
  const list = new JobList({ ...host.api, listJobs }, noError);
  const end = host.subscribe((event) => {
    if (event.type === 'jobs-changed') list.applyJobs(event.jobs);
    if (event.type === 'jobs-reordered') list.markChanged();
  });
  await list.refresh();
  return { host, list, listJobs, end };
}

describe('the list of jobs', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('of 10,000 rows, only visible pages are loaded', async () => {
    const { list, listJobs } = await listOf(10_000);
    expect(list.total).toBe(10_000);
    expect(list.rowAt(99)?.name).toBe('image99-10x10.png');
    expect(list.rowAt(5_000)).toBeUndefined();

    list.show(4_990, 5_010);
    await vi.advanceTimersByTimeAsync(0);
    expect(list.rowAt(5_000)?.name).toBe('image5000-10x10.png');
    expect(listJobs.mock.calls.map(([{ offset, limit }]) => [offset, limit])).toEqual([
      [0, 100],
      [4_900, 100],
      [5_000, 100],
    ]);
  });

  test('pages that have not been viewed for long are dropped', async () => {
    const { list } = await listOf(10_000);
    for (let first = 0; first < 10_000; first += 100) {
      list.show(first, first + 20);
      await vi.advanceTimersByTimeAsync(0);
      expect(list.rowAt(first)).toBeDefined();
    }
    const kept = Array.from({ length: 100 }, (_, page) => list.rowAt(page * 100)).filter(
      (row) => row !== undefined,
    );
    expect(kept).toHaveLength(20);
    expect(list.rowAt(9_900)).toBeDefined();
  });

  test('an event changes a row in place, without requesting the page', async () => {
    const { host, list, listJobs } = await listOf(3);
    await host.api.startQueue({});
    host.tick();
    expect(list.rowAt(0)?.state).toEqual({ kind: 'running', tilesDone: 0, tilesTotal: 20 });
    expect(listJobs).toHaveBeenCalledTimes(1);
  });

  test('an event that overtakes the page with its row is not lost', async () => {
    const { host, list, listJobs } = await listOf(3);
    await host.api.startQueue({});
    let send = (): void => undefined;
    listJobs.mockImplementationOnce(async (query) => {
      const page = await host.api.listJobs(query);
      await new Promise<void>((resolve) => (send = resolve));
      return page;
    });
    const refreshed = list.refresh();
    await vi.advanceTimersByTimeAsync(0);
    host.tick();
    send();
    await refreshed;
    expect(list.rowAt(0)?.state.kind).toBe('running');
    expect(list.counts.queued).toBe(3);
    await vi.runAllTimersAsync();
    expect(list.counts.queued).toBe(2);
  });

  test('under a filter, rows are requested again even if events keep arriving', async () => {
    const { host, list } = await listOf(3);
    await host.api.startQueue({});
    await list.choose({ filter: 'waiting' });
    for (let tick = 0; tick < 15; tick++) {
      host.tick();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(list.total).toBeLessThan(3);
  });

  test('many changes of the order cause one request', async () => {
    const { host, list, listJobs } = await listOf(5);
    const id = list.rowAt(4)?.id ?? 0;
    for (const before of [3, 2, 1, 0]) {
      await host.api.moveJobs({ jobIds: [id], beforeJobId: list.rowAt(before)?.id });
    }
    await vi.runAllTimersAsync();
    expect(list.rowAt(0)?.id).toBe(id);
    expect(listJobs).toHaveBeenCalledTimes(2);
  });

  test('a filter and a search request matching rows, and an older answer is dropped', async () => {
    const { list } = await listOf(200);
    const first = list.choose({ search: 'image1' });
    const second = list.choose({ search: 'image15' });
    await Promise.all([first, second]);
    expect(list.total).toBe(11);
    await list.choose({ search: '', filter: 'failed' });
    expect({ total: list.total, all: list.counts.queued }).toEqual({ total: 0, all: 200 });
  });

  test('waiting for rows returns the newest, even if another refresh came first', async () => {
    const { host, list } = await listOf(3);
    const chosen = list.choose({ search: 'image2' });
    const overtaking = list.refresh();
    await chosen;
    expect(list.rowAt(0)?.name).toBe('image2-10x10.png');
    await overtaking;
    expect((await host.api.listJobs({ offset: 0, limit: 10 })).total).toBe(3);
  });

  test('all ids are returned, whichever rows are loaded', async () => {
    const { list } = await listOf(2_500);
    expect(await list.allIds()).toHaveLength(2_500);
  });
});
