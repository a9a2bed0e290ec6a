import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { networkModel, type LoadedModel } from '../../../core/engine/engine.ts';
import { chooseDevice, loadModel } from '../../../core/engine/registry.ts';
import { interpolationModel } from '../../../core/engine/interpolation.ts';
import { readModelRegistry } from '../../../core/models/modelRegistry.ts';
import { emptyTile } from '../../../core/tiling/floatTile.ts';
import { nearestNetwork, installModel } from '../../support/nearestNetwork.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Loads the only model of a registry, as the program does. */
async function loadOnly(registry: string): Promise<LoadedModel> {
  const [model] = await readModelRegistry(registry);
  const engineModel = networkModel(model!);
  return loadModel(engineModel, { device: chooseDevice(engineModel, 'cpu'), threads: 1 });
}

async function failureOf(work: Promise<unknown>): Promise<EnlargerError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EnlargerError);
  return error as EnlargerError;
}

test('a network that we built repeats pixels', async () => {
  const registry = temporaryFolder();
  installModel(registry, 'nearest-x3', 3);
  const loaded = await loadOnly(registry);
  const tile = emptyTile({ width: 2, height: 1 });
  tile.data.set([0, 1, 0.25, 0.5, 0.75, 1]);
  const made = await loaded.enlargeTile(tile);
  await loaded.dispose();
  expect([...made.data.subarray(0, 6)]).toEqual([0, 0, 0, 1, 1, 1]);
  expect([made.width, made.height]).toEqual([6, 3]);
});

test('a network whose scale differs from its manifest is not loaded', async () => {
  const registry = temporaryFolder();
  installModel(registry, 'liar-x4', 4, { weights: nearestNetwork(2) });
  const error = await failureOf(loadOnly(registry));
  expect(error.code).toBe('model/wrong-scale');
  expect(error.message).toContain('liar-x4');
});

test('weights that do not match the manifest are refused by name', async () => {
  const registry = temporaryFolder();
  const file = path.join(installModel(registry, 'bent-x2', 2), 'weights.onnx');
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9);
  writeFileSync(file, bytes);
  const error = await failureOf(loadOnly(registry));
  expect(error.code).toBe('model/file-damaged');
  expect(error.details['file']).toBe(file);
  expect(error.message).toContain(file);
});

test('missing weights are reported by name', async () => {
  const registry = temporaryFolder();
  const file = path.join(installModel(registry, 'gone-x2', 2), 'weights.onnx');
  rmSync(file);
  const error = await failureOf(loadOnly(registry));
  expect([error.code, error.message]).toEqual(['model/file-missing', expect.stringContaining(file)]);
});

test.each([
  { what: 'not a network', weights: Buffer.from('hello, I am a text') },
  { what: 'half a network', weights: nearestNetwork(2).subarray(0, 60) },
])('$what cannot be loaded, even if its checksum matches', async ({ weights }) => {
  const registry = temporaryFolder();
  installModel(registry, 'odd-x2', 2, { weights });
  const error = await failureOf(loadOnly(registry));
  expect([error.code, error.message]).toEqual(['engine/load-failed', expect.stringContaining('odd-x2')]);
});

test('a network whose names differ from its manifest fails with a code', async () => {
  const registry = temporaryFolder();
  const image = { layout: 'nchw', channels: 'rgb', range: [0, 1] };
  installModel(registry, 'names-x2', 2, { change: { input: { name: 'somewhere', ...image } } });
  expect((await failureOf(loadOnly(registry))).code).toBe('engine/run-failed');
});

test('a missing graphics device is refused, and the error lists the existing ones', async () => {
  const registry = temporaryFolder();
  installModel(registry, 'nearest-x2', 2);
  const [model] = await readModelRegistry(registry);
  expect(() => chooseDevice(networkModel(model!), '99')).toThrow(
    expect.objectContaining({ code: 'engine/unavailable' }),
  );
  // Interpolation runs on the processor, whatever device was chosen for networks.
  expect(chooseDevice(interpolationModel('nearest', 2), '99').kind).toBe('cpu');
});
