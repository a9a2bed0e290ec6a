import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HostEvent } from '../../../core/api/contract.ts';
import type { WatchContext } from '../../../core/host/hostParts.ts';
import type { JobPool } from '../../../core/pool/jobPool.ts';
import { LocalPool } from '../../../core/pool/localPool.ts';
import { inMemoryLauncher } from '../../support/launchers.ts';
import { NO_WATCHER } from '../../support/hostParts.ts';
import { sceneRaster, writePng } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { imagesIn, specFor, hostIn, gate, FIRST_PAGE, untilIdle } from './closingHost.ts';

describe('a batch', () => {
  test('goes through the queue to its results, and every input is counted', async () => {
    const folder = temporaryFolder();
    const sources = imagesIn(folder, ['a.png', 'b.png']);
    const broken = path.join(folder, 'c.png');
    writeFileSync(broken, 'no image');
    const opened = await hostIn(folder);
    const { api } = opened.host;
    const output = path.join(folder, 'out');
    const { batchId, inputs } = await api.addBatch({
      spec: specFor([...sources, broken], output),
      startNow: true,
    });
    await untilIdle(opened);
    expect(inputs).toBe(3);
    const page = await api.listJobs(FIRST_PAGE);
    expect(page.jobs.map(({ name, state }) => [name, state.kind])).toEqual([
      ['a.png', 'done'],
      ['b.png', 'done'],
      ['c.png', 'failed'],
    ]);
    expect(page.jobs[0]).toMatchObject({
      sourcePath: sources[0],
      inputSize: { width: 6, height: 4 },
      targetSize: { width: 12, height: 8 },
      attempts: 1,
      state: { outputPath: path.join(output, 'a_2x.png'), outputSize: { width: 12, height: 8 } },
    });
    const { batches } = await api.listBatches({});
    expect(batches).toMatchObject([
      { id: batchId, origin: 'window', counts: { queued: 0, running: 0, done: 2, failed: 1 } },
    ]);
    expect(batches[0]?.finishedAt).toBeGreaterThan(0);
    expect(readdirSync(output).sort()).toEqual(['a_2x.png', 'b_2x.png']);
  });

  test('waits until someone starts the queue, and survives a restart', async () => {
    const folder = temporaryFolder();
    const sources = imagesIn(folder, ['a.png', 'b.png']);
    const output = path.join(folder, 'out');
    const first = await hostIn(folder);
    await first.host.api.pauseQueue({});
    await first.host.api.addBatch({ spec: specFor(sources, output), startNow: false });
    expect((await first.host.api.getQueue({})).counts.queued).toBe(2);
    await first.close();
    const second = await hostIn(folder);
    expect((await second.host.api.getQueue({})).state.kind).toBe('paused');
    await second.host.api.startQueue({});
    await untilIdle(second);
    expect((await second.host.api.getQueue({})).counts.done).toBe(2);
  });

  test('sends every change, and ends with the final state', async () => {
    const folder = temporaryFolder();
    const opened = await hostIn(folder);
    const events: HostEvent[] = [];
    const stop = opened.host.subscribe((event) => events.push(event));
    const spec = specFor(imagesIn(folder, ['a.png']), path.join(folder, 'out'));
    await opened.host.api.addBatch({ spec, startNow: true });
    await expect
      .poll(() => events.filter(({ type }) => type === 'jobs-changed').at(-1))
      .toMatchObject({ jobs: [{ name: 'a.png', state: { kind: 'done' } }] });
    await expect
      .poll(() => events.filter(({ type }) => type === 'queue-changed').at(-1))
      .toMatchObject({ queue: { state: { kind: 'idle' }, counts: { done: 1 } } });
    await expect
      .poll(() => events.filter(({ type }) => type === 'batches-changed').at(-1))
      .toMatchObject({ batches: [{ counts: { done: 1 } }] });
    stop();
  });
});

test('a batch that was only added waits to be started, even while the queue works on others', async () => {
  const folder = temporaryFolder();
  const opened = await hostIn(folder);
  const { api } = opened.host;
  const [a, b] = imagesIn(folder, ['a.png', 'b.png']);
  const output = path.join(folder, 'out');
  await api.addBatch({ spec: specFor([a!], output), startNow: false });
  await api.addBatch({ spec: specFor([b!], output), startNow: true });
  await untilIdle(opened);
  expect((await api.getQueue({})).counts).toMatchObject({ queued: 1, done: 1 });
  await api.startQueue({});
  await untilIdle(opened);
  expect((await api.getQueue({})).counts).toMatchObject({ queued: 0, done: 2 });
});

describe('while work is under way', () => {
  test('it can be cancelled, and tried again', async () => {
    const folder = temporaryFolder();
    const { perform, open } = gate();
    const opened = await hostIn(folder, { perform });
    const { api } = opened.host;
    const names = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png'];
    const spec = specFor(imagesIn(folder, names), path.join(folder, 'out'));
    const { batchId } = await api.addBatch({ spec, startNow: true });
    await expect.poll(async () => (await api.getQueue({})).counts.running).toBe(3);
    expect(await api.cancelJobs({ batchId })).toEqual({ cancelled: 5 });
    expect((await api.getQueue({})).counts).toMatchObject({ cancelled: 5, running: 0, queued: 0 });
    open();
    expect(await api.retryJobs({ batchId })).toEqual({ queued: 5 });
    await untilIdle(opened);
    expect((await api.getQueue({})).counts).toMatchObject({ done: 5, cancelled: 0 });
  });

  test('a pause returns a job to the queue if the pool cannot suspend it, and a start resumes it', async () => {
    const folder = temporaryFolder();
    const { perform, open } = gate();
    const workers = new LocalPool({ launch: inMemoryLauncher(perform), workers: 1 });
    onTestFinished(() => workers.close());
    const pool: JobPool = {
      capacity: 2,
      run: (job, callbacks) => workers.run(job, callbacks),
      listDevices: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    };
    const opened = await hostIn(folder, { parts: { pool } });
    const { api } = opened.host;
    const spec = specFor(imagesIn(folder, ['a.png', 'b.png']), path.join(folder, 'out'));
    await api.addBatch({ spec, startNow: true });
    await expect.poll(async () => (await api.getQueue({})).counts.running).toBe(2);
    await api.pauseQueue({});
    await expect.poll(async () => (await api.getQueue({})).counts.queued).toBe(2);
    open();
    await api.startQueue({});
    await untilIdle(opened);
    expect((await api.getQueue({})).counts.done).toBe(2);
  });

  test('a pause suspends it and begins nothing more, and a start resumes it', async () => {
    const folder = temporaryFolder();
    const { perform, open, begun } = gate();
    const opened = await hostIn(folder, { perform });
    const { api } = opened.host;
    const sources = imagesIn(folder, ['a.png', 'b.png', 'c.png', 'd.png']);
    await api.addBatch({ spec: specFor(sources, path.join(folder, 'out')), startNow: true });
    await expect.poll(begun).toBe(3);
    await api.pauseQueue({});
    open();
    await expect.poll(async () => (await api.getQueue({})).counts.done).toBe(3);
    expect(await api.getQueue({})).toMatchObject({
      state: { kind: 'paused' },
      counts: { queued: 1, running: 0 },
    });
    await api.startQueue({});
    await untilIdle(opened);
    expect((await api.getQueue({})).counts.done).toBe(4);
  });

  test('closing the program returns it to the queue, and the next start finishes it', async () => {
    const folder = temporaryFolder();
    const first = await hostIn(folder, { perform: gate().perform });
    const output = path.join(folder, 'out');
    const spec = specFor(imagesIn(folder, ['a.png', 'b.png']), output);
    await first.host.api.addBatch({ spec, startNow: true });
    await expect.poll(async () => (await first.host.api.getQueue({})).counts.running).toBe(2);
    await first.close();
    expect(readdirSync(output)).toEqual([]);
    const second = await hostIn(folder);
    await untilIdle(second);
    expect((await second.host.api.getQueue({})).counts.done).toBe(2);
  });
});

describe('the queue', () => {
  test('can be reordered, and rows can be removed', async () => {
    const folder = temporaryFolder();
    const { api } = (await hostIn(folder)).host;
    await api.pauseQueue({});
    const names = ['a.png', 'b.png', 'c.png', 'd.png'];
    const spec = specFor(imagesIn(folder, names), path.join(folder, 'out'));
    await api.addBatch({ spec, startNow: false });
    const idOf = async (name: string): Promise<number> =>
      (await api.listJobs({ ...FIRST_PAGE, search: name })).jobs[0]?.id ?? 0;
    const order = async (): Promise<string> =>
      (await api.listJobs(FIRST_PAGE)).jobs.map(({ name }) => name[0]).join('');
    const [a, b, d] = [await idOf('a.png'), await idOf('B.PNG'), await idOf('d.png')];
    await api.moveJobs({ jobIds: [d], beforeJobId: b });
    expect(await order()).toBe('adbc');
    await api.moveJobs({ jobIds: [a, d] });
    expect(await order()).toBe('bcad');
    expect(await api.removeJobs({ jobIds: [a] })).toEqual({ removed: 1 });
    expect(await order()).toBe('bcd');
  });
});

describe('an invalid request', () => {
  test('is refused with a code: bad input, unknown jobs, no report', async () => {
    const folder = temporaryFolder();
    const { api } = (await hostIn(folder)).host;
    await expect(api.listJobs({ offset: -1, limit: 5 })).rejects.toMatchObject({ code: 'request/invalid' });
    await expect(api.getJob({ jobId: 7 })).rejects.toMatchObject({ code: 'job/not-found' });
    await expect(api.moveJobs({ jobIds: [1], beforeJobId: 2 })).rejects.toMatchObject({
      code: 'job/not-found',
    });
    const spec = specFor(imagesIn(folder, ['a.png']), path.join(folder, 'out'));
    await api.pauseQueue({});
    await api.addBatch({ spec, startNow: false });
    await expect(api.getReport({ jobId: 1 })).rejects.toMatchObject({ code: 'report/not-found' });
    await expect(api.downloadResult({ jobId: 1 })).rejects.toMatchObject({ code: 'job/wrong-state' });
    const upload = { ...spec, sources: [{ kind: 'upload', uploadId: 'x' } as const] };
    await expect(api.addBatch({ spec: upload, startNow: false })).rejects.toMatchObject({
      code: 'request/forbidden',
    });
  });
});

describe('an image that could not be read', () => {
  test('is enlarged on retry, once it is complete', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a.png');
    writeFileSync(file, '');
    const opened = await hostIn(folder);
    const { api } = opened.host;
    const output = path.join(folder, 'out');
    const { batchId } = await api.addBatch({ spec: specFor([file], output), startNow: true });
    expect((await api.getJob({ jobId: 1 })).state).toMatchObject({
      kind: 'failed',
      error: { code: 'input/empty' },
    });
    writePng(file, sceneRaster(6, 4));
    expect(await api.retryJobs({ batchId })).toEqual({ queued: 1 });
    await untilIdle(opened);
    expect(readdirSync(output)).toEqual(['a_2x.png']);
  });
});

describe('a watched folder', () => {
  test('enlarges a copy under another name, but the same image only once, and reports finished jobs', async () => {
    const folder = temporaryFolder();
    const [a, b] = imagesIn(folder, ['a.png', 'b.png']);
    const given: { watch?: WatchContext } = {};
    const opened = await hostIn(folder, {
      parts: {
        createWatcher: (context) => {
          given.watch = context;
          return NO_WATCHER;
        },
      },
    });
    const ended: string[] = [];
    given.watch?.onJobEnded(({ name }) => ended.push(name));
    const output = path.join(folder, 'out');
    for (const file of [a!, b!, a!]) {
      await given.watch?.enqueue(specFor([file], output));
      await untilIdle(opened);
    }
    const page = await opened.host.api.listJobs(FIRST_PAGE);
    expect(page.jobs.map(({ state }) => state)).toMatchObject([
      { kind: 'done', outputPath: path.join(output, 'a_2x.png') },
      { kind: 'done', outputPath: path.join(output, 'b_2x.png') },
      { kind: 'skipped', reason: 'output-exists', outputPath: path.join(output, 'a_2x.png') },
    ]);
    expect(ended).toEqual(['a.png', 'b.png', 'a.png']);
  });

  test('records accepted files together with the batch, or neither', async () => {
    const folder = temporaryFolder();
    const given: { watch?: WatchContext } = {};
    const opened = await hostIn(folder, {
      parts: {
        createWatcher: (context) => {
          given.watch = context;
          return NO_WATCHER;
        },
      },
    });
    const spec = specFor(imagesIn(folder, ['a.png']), path.join(folder, 'out'));
    const failing = given.watch?.enqueue(spec, () => {
      throw new Error('the note failed');
    });
    await expect(failing).rejects.toThrow('the note failed');
    expect((await opened.host.api.listJobs(FIRST_PAGE)).total).toBe(0);
  });
});
