/**
 * @file The contract of TensorFlow.js alone: no tensor is left, its files are proven, and newer versions of Node get
 * back the functions that its native package calls. The native part runs here on the processor, by the code that runs on CUDA.
 */
import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { networkModel, type Device, type EngineModel } from '../../core/engine/engine.ts';
import { loadModel } from '../../core/engine/registry.ts';
import { tensorflowEngine } from '../../core/engine/tensorflow.ts';
import {
  loadTensorFlow,
  restoreRemovedUtilities,
  type TensorFlowProvider,
} from '../../core/engine/tensorflowLoader.ts';
import { readModelRegistry } from '../../core/models/modelRegistry.ts';
import { emptyTile } from '../../core/tiling/floatTile.ts';
import { modelsFolder } from '../support/images.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const PROVIDERS: readonly TensorFlowProvider[] = ['native', 'wasm'];

function deviceOf(provider: TensorFlowProvider): Device {
  return tensorflowEngine.listDevices().find((device) => device.provider === provider)!;
}

const ready = PROVIDERS.filter((provider) => deviceOf(provider).missing === undefined);
for (const provider of PROVIDERS.filter((one) => !ready.includes(one))) {
  console.warn(`tensorflow:${provider}: skipped. ${deviceOf(provider).missing?.reason}`);
}

/** A copy of a bundled model in a separate registry, with one of its files changed. */
async function changedModel(file: string, change: (bytes: Buffer) => Buffer): Promise<EngineModel> {
  const registry = temporaryFolder();
  cpSync(path.join(modelsFolder, 'fast-x2'), path.join(registry, 'fast-x2'), { recursive: true });
  const name = path.join(registry, 'fast-x2', file);
  writeFileSync(name, change(readFileSync(name)));
  const [model] = await readModelRegistry(registry);
  return networkModel(model!);
}

async function shippedModel(): Promise<EngineModel> {
  const [model] = await readModelRegistry(modelsFolder);
  return networkModel(model!);
}

describe.each(ready)('TensorFlow.js, %s', (provider) => {
  const device = deviceOf(provider);

  test('neither a tile nor a disposed model leaves a tensor', async () => {
    const tensorflow = await loadTensorFlow(provider, 1);
    const before = tensorflow.memory().numTensors;
    const loaded = await loadModel(await shippedModel(), { device, threads: 1 });
    const held = tensorflow.memory().numTensors;
    expect(held).toBeGreaterThan(before);
    for (const width of [8, 9, 8]) await loaded.enlargeTile(emptyTile({ width, height: 7 }));
    expect(tensorflow.memory().numTensors).toBe(held);
    await loaded.dispose();
    expect(tensorflow.memory().numTensors).toBe(before);
  });

  test('the event loop runs between tiles', async () => {
    const loaded = await loadModel(await shippedModel(), { device, threads: 1 });
    let turns = 0;
    const count = (): void => {
      turns++;
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);
    for (let tile = 0; tile < 3; tile++) await loaded.enlargeTile(emptyTile({ width: 8, height: 8 }));
    await loaded.dispose();
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  test.each(['model.json', 'weights.bin'])('%s is refused by name when it is damaged', async (file) => {
    const model = await changedModel(file, (bytes) => {
      bytes.writeUInt8(bytes.readUInt8(99) ^ 1, 99);
      return bytes;
    });
    const failure = loadModel(model, { device, threads: 1 });
    await expect(failure).rejects.toMatchObject({
      code: 'model/file-damaged',
      message: expect.stringContaining(file) as string,
    });
  });

  test('a file that is not a graph cannot be loaded, even if its checksum matches', async () => {
    const { createHash } = await import('node:crypto');
    const text = Buffer.from('{"format":"graph-model"}');
    const sha256 = createHash('sha256').update(text).digest('hex');
    const model = await changedModel('model.json', () => text);
    if (model.source.kind !== 'network') throw new TypeError('A shipped model is a network.');
    const { manifest, folder } = model.source.model;
    const files = manifest.files.map((file) =>
      file.path === 'model.json' ? { ...file, sha256, sizeBytes: text.length } : file,
    );
    const changed: EngineModel = {
      ...model,
      source: { kind: 'network', model: { folder, manifest: { ...manifest, files } } },
    };
    await expect(loadModel(changed, { device, threads: 1 })).rejects.toMatchObject({
      code: 'engine/load-failed',
    });
  });
});

test.runIf(ready.includes('native'))('without an NVIDIA card CUDA is refused, with the reason', async () => {
  const failure = loadModel(await shippedModel(), { device: deviceOf('cuda'), threads: 1 });
  await expect(failure).rejects.toMatchObject({
    code: 'engine/unavailable',
    message: expect.stringContaining('no NVIDIA card') as string,
  });
});

test('functions that Node 23 removed from node:util are restored, and existing ones are not replaced', () => {
  const isArray = (): boolean => true;
  const target: Record<string, unknown> = { isArray };
  restoreRemovedUtilities(target);
  expect(target['isArray']).toBe(isArray);
  const isNullOrUndefined = target['isNullOrUndefined'] as (value: unknown) => boolean;
  expect([null, undefined, 0, ''].map(isNullOrUndefined)).toEqual([true, true, false, false]);
});

test('a package without its native part is distinguished from a missing one', () => {
  const folder = temporaryFolder();
  appendFileSync(path.join(folder, 'package.json'), '{}');
  const before = process.env['ENLARGER_TENSORFLOW'];
  process.env['ENLARGER_TENSORFLOW'] = folder;
  try {
    expect(deviceOf('native').missing?.reason).toContain('native part');
  } finally {
    if (before === undefined) delete process.env['ENLARGER_TENSORFLOW'];
    else process.env['ENLARGER_TENSORFLOW'] = before;
  }
});
