import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { networkModel, type Device } from '../../../core/engine/engine.ts';
import { atStrength, findModels, readModelRegistry } from '../../../core/models/modelRegistry.ts';
import { ModelCache } from '../../../core/worker/modelCache.ts';

const device: Device = { id: 'tests:cpu', engine: 'onnx', provider: 'cpu', name: 'Processor', kind: 'cpu' };
const registry = await readModelRegistry(
  fileURLToPath(new URL('../../../resources/models', import.meta.url)),
);
const [photo] = findModels(registry, 'photo-x4');

/** A cache that records which networks it loaded and which it released. */
function watchedCache() {
  const loaded: string[] = [];
  const dropped: string[] = [];
  const cache = new ModelCache(({ id, scale }) => {
    loaded.push(id);
    return Promise.resolve({
      scale,
      device,
      enlargeTile: (tile) => Promise.resolve(tile),
      dispose: () => {
        dropped.push(id);
        return Promise.resolve();
      },
    });
  });
  const get = (strength: number) =>
    cache.get(networkModel(atStrength(registry, photo!, strength)), device, 1);
  return { cache, get, loaded, dropped };
}

test('the last four strengths that someone tries stay loaded, and the network itself always does', async () => {
  const { cache, get, loaded, dropped } = watchedCache();
  for (const strength of [1, 0.2, 0.4, 0.6, 0.8]) await get(strength);
  await get(0.2); // used again: no longer the oldest
  expect(dropped).toEqual([]);
  await get(0.9);
  expect(dropped).toEqual(['photo-x4@0.4']);
  await get(0.2);
  await get(1);
  expect(loaded).toEqual([1, 0.2, 0.4, 0.6, 0.8, 0.9].map((s) => (s === 1 ? 'photo-x4' : `photo-x4@${s}`)));
  await cache.dispose();
  expect(dropped.sort()).toEqual([...loaded].sort());
});
