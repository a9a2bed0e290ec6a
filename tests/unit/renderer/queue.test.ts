import { describe, expect, test } from 'vitest';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import { Queue } from '../../../renderer/state/queue/queue.svelte.ts';
import { standInConnection } from './standInConnection.ts';

async function setUp() {
  const { host, connection } = standInConnection();
  const queue = new Queue(host.api, new Notices());
  host.subscribe((event) => {
    if (event.type === 'queue-changed') queue.apply(event.queue);
  });
  await queue.load();
  const { batch } = new BatchOptions(connection.info.capabilities);
  const add = (names: string) =>
    host.api.addBatch({ spec: { ...batch, sources: [{ kind: 'path', path: names }] }, startNow: false });
  const work = (ticks: number) => {
    for (let tick = 0; tick < ticks; tick++) host.tick();
  };
  return { queue, add, work };
}

describe('the queue', () => {
  test('can only be started when jobs wait, and only be paused while it runs', async () => {
    const { queue, add } = await setUp();
    const offers = () => ({ start: queue.canStart, pause: queue.canPause });
    expect(offers()).toEqual({ start: false, pause: false });
    await add('a-10x10.png');
    expect(offers()).toEqual({ start: true, pause: false });
    await queue.start();
    expect(offers()).toEqual({ start: false, pause: true });
    await queue.pause();
    expect(offers()).toEqual({ start: true, pause: false });
  });

  test('progress counts every kind of ending, and a later batch starts at zero', async () => {
    const { queue, add, work } = await setUp();
    await add('a-10x10.png|broken-10x10.png|c-10x10.png');
    await queue.start();
    work(7);
    expect(queue.progress).toEqual({ ended: 2, total: 3, share: 2 / 3 });
    work(10);
    expect({ waiting: queue.waiting, ended: queue.ended, isRunning: queue.isRunning }).toEqual({
      waiting: 0,
      ended: 3,
      isRunning: false,
    });
    await add('d-10x10.png|e-10x10.png');
    expect(queue.progress).toEqual({ ended: 0, total: 2, share: 0 });
  });

  test('jobs of the last run are counted by how they ended', async () => {
    const { queue, add, work } = await setUp();
    await add('a-10x10.png|broken-10x10.png');
    await queue.start();
    work(20);
    expect(queue.run).toEqual({ done: 1, failed: 1, cancelled: 0 });
    await add('c-10x10.png');
    await queue.start();
    work(20);
    expect(queue.run).toEqual({ done: 1, failed: 0, cancelled: 0 });
  });
});
