import { afterEach, expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { LocalPool, type LocalPoolOptions, type PoolDevices } from '../../../core/pool/localPool.ts';
import { machineSize, planWorkers } from '../../../core/pool/workerPlan.ts';
import type { PoolJob } from '../../../core/pool/messages.ts';
import { scriptedLauncher } from '../../support/launchers.ts';
import { jobOf, settle } from './poolHarness.ts';

let pool: LocalPool | undefined;
afterEach(() => pool?.close());

const callbacks = { onProgress: () => undefined, signal: new AbortController().signal };

function orderOf(input: number): PoolJob {
  const { id, inputPath, tempPath, scratchFolder, outputFormat, settings, modelsFolder } = jobOf(input);
  return { id, inputPath, tempPath, scratchFolder, outputFormat, settings, modelsFolder };
}

function open(options: Omit<LocalPoolOptions, 'launch'> = {}) {
  const { launch, workers } = scriptedLauncher();
  pool = new LocalPool({ launch, ...options });
  return { pool, workers };
}

const TWO_DEVICES: PoolDevices = {
  list: () => Promise.resolve([]),
  choose: ({ device }) => Promise.resolve(device === 'cpu' ? ['onnx:cpu'] : ['onnx:cuda', 'onnx:cpu']),
  graphicsDevice: (choice) => (choice === 'onnx:cuda' ? choice : undefined),
};

test('adds devices and threads to a job of the host', async () => {
  const { pool: opened, workers } = open({ workers: 2, devices: TWO_DEVICES });
  void opened.run(orderOf(1), callbacks).catch(() => undefined);
  await settle();
  const { threads } = planWorkers(machineSize(), { workers: 2 });
  expect(workers[0]?.jobs).toMatchObject([
    { inputPath: '1.png', devices: ['onnx:cuda', 'onnx:cpu'], threads },
  ]);
});

test('gives every device separate workers', async () => {
  const { pool: opened, workers } = open({ workers: 1, devices: TWO_DEVICES });
  const onProcessor = { ...orderOf(2), settings: { ...orderOf(2).settings, device: 'cpu' } };
  void opened.run(orderOf(1), callbacks).catch(() => undefined);
  void opened.run(onProcessor, callbacks).catch(() => undefined);
  await settle();
  expect(workers.map(({ inputs }) => inputs)).toEqual([[1], [2]]);
});

test('fails a job without a suitable device, and starts nothing for it', async () => {
  const unavailable = new EnlargerError('engine/unavailable', 'There is no such device.');
  const { pool: opened, workers } = open({
    devices: { ...TWO_DEVICES, choose: () => Promise.reject(unavailable) },
  });
  await expect(opened.run(orderOf(1), callbacks)).rejects.toBe(unavailable);
  expect(workers).toEqual([]);
});

test('cancels a job whose devices are still being chosen', async () => {
  const cancel = new AbortController();
  const { pool: opened, workers } = open({ devices: TWO_DEVICES });
  const ended = opened.run(orderOf(1), { ...callbacks, signal: cancel.signal });
  cancel.abort();
  await expect(ended).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(workers).toEqual([]);
});

test('without devices leaves their choice to the worker', async () => {
  const { pool: opened, workers } = open({ workers: 1, threads: 3 });
  void opened.run(orderOf(1), callbacks).catch(() => undefined);
  await settle();
  expect(workers[0]?.jobs[0]).not.toHaveProperty('devices');
  expect(workers[0]?.jobs[0]?.threads).toBe(3);
});
