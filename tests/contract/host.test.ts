/**
 * @file The behaviour that the window relies on, tested against the real host and the stand-in of its tests, so that the
 * two cannot drift apart.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EnlargerHost, HostEvent } from '../../core/api/contract.ts';
import type { BatchSpec } from '../../core/api/batchSpec.ts';
import type { JobView } from '../../core/api/views.ts';
import { DeviceRegister } from '../../core/host/devices/deviceRegister.ts';
import { LocalPool } from '../../core/pool/localPool.ts';
import { NAMES_ONLY } from '../unit/renderer/standInConnection.ts';
import { batchRequest } from '../support/batchRequest.ts';
import { openTestHost } from '../support/hostParts.ts';
import { modelsFolder, sceneRaster, writePng } from '../support/images.ts';
import { inMemoryLauncher } from '../support/launchers.ts';
import { StandInHost } from '../support/standInHost/standInHost.ts';
import { BROWSER_INFO } from '../support/standInInfo.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

interface Subject {
  readonly host: EnlargerHost;
  /** Works until nothing is left to do. */
  readonly finish: () => Promise<void>;
}

async function realHost(folder: string): Promise<Subject> {
  const launch = inMemoryLauncher();
  const places = { modelsFolder, cacheFolder: path.join(folder, 'cache') };
  const register = new DeviceRegister({ ...places, launch, program: 'test' });
  const pool = new LocalPool({
    ...{ launch, workers: 1 },
    devices: { list: (probe) => register.list(probe), choose: () => Promise.resolve(undefined) },
  });
  const opened = await openTestHost(path.join(folder, 'data'), { parts: { pool } });
  onTestFinished(async () => {
    await opened.close();
    await pool.close();
  });
  const { host } = opened;
  const isIdle = async (): Promise<boolean> => {
    const { counts } = await host.api.getQueue({});
    return counts.queued + counts.running === 0;
  };
  return { host, finish: () => expect.poll(isIdle, { timeout: 50_000 }).toBe(true) };
}

function standIn(): Promise<Subject> {
  const host = new StandInHost(NAMES_ONLY, BROWSER_INFO);
  const finish = async (): Promise<void> => {
    for (let tick = 0; tick < 200 && (await host.api.getQueue({})).state.kind === 'running'; tick++)
      host.tick();
  };
  return Promise.resolve({ host, finish });
}

const HOSTS = [
  { name: 'the host', open: realHost },
  { name: 'its stand-in', open: standIn },
];

/** A batch of images whose names contain their size; one called `broken` is not an image. */
function specIn(folder: string, names: readonly string[]): BatchSpec {
  const files = names.map((name) => {
    const file = path.join(folder, `${name}-6x4.png`);
    if (name.includes('broken')) writeFileSync(file, 'this is not a PNG');
    else writePng(file, sceneRaster(6, 4));
    return file;
  });
  return batchRequest(files, path.join(folder, 'out')).spec;
}

const states = (jobs: readonly JobView[]): string[] => jobs.map(({ state }) => state.kind);
const PAGE = { offset: 0, limit: 100 };

describe.each(HOSTS)('$name', ({ open }) => {
  test('refuses invalid input and unknown ids, with a code', async () => {
    const { api } = (await open(temporaryFolder())).host;
    const tooMany = { ...PAGE, limit: 5_000 };
    await expect(api.listJobs(tooMany)).rejects.toMatchObject({ code: 'request/invalid' });
    await expect(api.getJob({ jobId: 4711 })).rejects.toMatchObject({ code: 'job/not-found' });
    await expect(api.getReport({ jobId: 4711 })).rejects.toMatchObject({ code: 'job/not-found' });
  });

  test('adds a batch that waits, and completes it when it is started', async () => {
    const folder = temporaryFolder();
    const { host, finish } = await open(folder);
    const { api } = host;
    const spec = specIn(folder, ['a', 'b', 'broken']);
    const { batchId, inputs } = await api.addBatch({ spec, startNow: false });
    expect(inputs).toBe(3);
    expect((await api.listJobs({ ...PAGE, batchId })).total).toBe(3);
    await api.startQueue({});
    await finish();
    const page = await api.listJobs({ ...PAGE, batchId });
    expect(states(page.jobs)).toEqual(['done', 'done', 'failed']);
    expect(page.counts).toMatchObject({ queued: 0, running: 0, done: 2, failed: 1 });
    const [first] = page.jobs;
    expect(first?.state).toMatchObject({ kind: 'done', outputSize: { width: 12, height: 8 } });
    expect((await api.getQueue({})).state).toEqual({ kind: 'idle' });
  });

  test('orders, cancels, retries and removes jobs that wait, and counts them', async () => {
    const folder = temporaryFolder();
    const { api } = (await open(folder)).host;
    await api.pauseQueue({});
    const { batchId } = await api.addBatch({ spec: specIn(folder, ['a', 'b', 'c']), startNow: false });
    const [a, b, c] = (await api.listJobs({ ...PAGE, batchId })).jobs.map(({ id }) => id);
    const order = async (): Promise<number[]> =>
      (await api.listJobs({ ...PAGE, batchId })).jobs.map(({ id }) => id);
    expect(await api.moveJobs({ jobIds: [c!], beforeJobId: a! })).toEqual({ moved: 1 });
    expect(await order()).toEqual([c, a, b]);
    expect(await api.cancelJobs({ jobIds: [a!, b!] })).toEqual({ cancelled: 2 });
    expect(await api.cancelJobs({ jobIds: [a!] })).toEqual({ cancelled: 0 });
    expect(await api.retryJobs({ batchId })).toEqual({ queued: 2 });
    expect(await api.removeJobs({ jobIds: [b!] })).toEqual({ removed: 1 });
    expect((await order()).sort()).toEqual([a, c].sort());
    await expect(api.getReport({ jobId: a! })).rejects.toMatchObject({ code: 'report/not-found' });
  });

  test('a batch has the name that a person gave it', async () => {
    const folder = temporaryFolder();
    const { api } = (await open(folder)).host;
    const { batchId } = await api.addBatch({ spec: specIn(folder, ['a']), startNow: false });
    await api.renameBatch({ batchId, name: 'Holiday “2025”' });
    expect((await api.listBatches({})).batches.map(({ spec }) => spec.name)).toEqual(['Holiday “2025”']);
  });

  test('sends all batches with every change of one', async () => {
    const folder = temporaryFolder();
    const { host } = await open(folder);
    const first = await host.api.addBatch({ spec: specIn(folder, ['a']), startNow: false });
    const events: HostEvent[] = [];
    onTestFinished(host.subscribe((event) => void events.push(event)));
    const second = await host.api.addBatch({ spec: specIn(folder, ['b']), startNow: false });
    const lastBatches = (): number[] =>
      events
        .flatMap((event) => (event.type === 'batches-changed' ? [event.batches.map(({ id }) => id)] : []))
        .at(-1) ?? [];
    await expect.poll(() => lastBatches().sort()).toEqual([first.batchId, second.batchId].sort());
    expect((await host.api.listBatches({})).batches.map(({ id }) => id)).toEqual(lastBatches());
  });

  test('fills in settings that an older page does not send', async () => {
    const folder = temporaryFolder();
    const { api } = (await open(folder)).host;
    const { settings, ...spec } = specIn(folder, ['a']);
    const { sizing, model } = settings;
    const { batchId } = await api.addBatch({
      spec: { ...spec, settings: { sizing, model } },
      startNow: false,
    });
    const batch = (await api.listBatches({})).batches.find(({ id }) => id === batchId);
    expect(batch?.spec.settings).toEqual(settings);
  });

  test('keeps presets and settings, and reports a change of settings', async () => {
    const folder = temporaryFolder();
    const { host } = await open(folder);
    const { api } = host;
    const { sources: _, ...batch } = specIn(folder, ['a']);
    const preset = { id: 'mine', name: 'Mine', batch };
    expect(await api.savePreset(preset)).toEqual(preset);
    expect(await api.listPresets({})).toEqual({ presets: [preset] });
    expect(await api.deletePreset({ presetId: 'mine' })).toEqual({ deleted: true });
    expect(await api.deletePreset({ presetId: 'mine' })).toEqual({ deleted: false });
    const events: HostEvent[] = [];
    onTestFinished(host.subscribe((event) => void events.push(event)));
    expect(await api.updateSettings({ theme: 'dark' })).toMatchObject({ theme: 'dark' });
    expect(await api.getSettings({})).toMatchObject({ theme: 'dark' });
    expect(events).toMatchObject([{ type: 'settings-changed', settings: { theme: 'dark' } }]);
  });

  test('names devices after their engine and provider', async () => {
    const { api } = (await open(temporaryFolder())).host;
    const { devices } = await api.listDevices({ probe: false });
    expect(devices.length).toBeGreaterThan(0);
    for (const { id, engine, provider } of devices) expect(id).toBe(`${engine}:${provider}`);
  });
});
