import { expect, test } from 'vitest';
import type { Raster } from '../../../core/api/image.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { chooseModel } from '../../../core/worker/chooseModel.ts';
import { ModelCache } from '../../../core/worker/modelCache.ts';
import { seededRandom } from '../../bench/brokenOutputs.ts';
import { installModel } from '../../support/nearestNetwork.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const AUTO = { ...DEFAULT_JOB_SETTINGS, model: 'auto', strength: 0.5 };

/** Soft waves; with noise of that standard deviation in each channel. */
function waves(sigma: number): Raster {
  const [width, height] = [160, 128];
  const random = seededRandom(5);
  const data = new Uint8Array(width * height * 3);
  data.forEach((_, index) => {
    const pixel = Math.floor(index / 3);
    const level = 128 + 60 * Math.sin((pixel % width) / 9) * Math.cos(pixel / width / 7);
    const noise = sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    data[index] = Math.min(255, Math.max(0, Math.round(level + noise)));
  });
  return { width, height, channels: 3, data };
}

function registryOf(...families: readonly string[]): () => ReturnType<ModelCache['registry']> {
  const folder = temporaryFolder();
  for (const family of families) {
    const companion = family === 'photo' ? { faithful: 'fast-x2' } : {};
    installModel(folder, `${family}-x2`, 2, { change: { family, ...companion } });
  }
  const models = new ModelCache();
  return () => models.registry(folder);
}

test('does not change settings that name a model', async () => {
  const never = () => Promise.reject(new Error('the registry was read'));
  const settings = { ...DEFAULT_JOB_SETTINGS, model: 'photo' };
  expect(await chooseModel(settings, waves(20), never)).toEqual({ settings });
});

test('chooses the faithful network for a clean image, at its only strength', async () => {
  const { settings, choice } = await chooseModel(AUTO, waves(0), registryOf('fast', 'photo'));
  expect(settings).toEqual({ ...AUTO, model: 'fast', strength: 1 });
  expect(choice).toMatchObject({ family: 'fast', strength: 1, reason: 'clean' });
});

test('chooses the network for photographs for a noisy one, at the requested strength', async () => {
  const { settings, choice } = await chooseModel(AUTO, waves(20), registryOf('fast', 'photo'));
  expect(settings).toEqual({ ...AUTO, model: 'photo' });
  expect(choice).toMatchObject({ family: 'photo', strength: 0.5, reason: 'noise' });
});

test('falls back to the installed networks', async () => {
  const { settings } = await chooseModel(AUTO, waves(20), registryOf('fast'));
  expect(settings).toMatchObject({ model: 'fast', strength: 1 });
});

test('only reads the models again when one was added', async () => {
  const folder = temporaryFolder();
  installModel(folder, 'fast-x2', 2);
  const models = new ModelCache();
  const first = await models.registry(folder);
  expect(await models.registry(folder)).toBe(first);
  installModel(folder, 'photo-x2', 2);
  expect((await models.registry(folder)).map(({ manifest }) => manifest.id)).toEqual(['fast-x2', 'photo-x2']);
});
