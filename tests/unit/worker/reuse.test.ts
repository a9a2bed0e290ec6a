import path from 'node:path';
import { expect, test } from 'vitest';
import type { Raster } from '../../../core/api/image.ts';
import { networkModel } from '../../../core/engine/engine.ts';
import { chooseDevice, loadModel } from '../../../core/engine/registry.ts';
import { rasterStore } from '../../../core/image/rowStore.ts';
import { readModelRegistry } from '../../../core/models/modelRegistry.ts';
import { planPass } from '../../../core/tiling/planPass.ts';
import { planReuse } from '../../../core/tiling/planReuse.ts';
import { enlargePass } from '../../../core/worker/enlargePass.ts';
import { drawnScreen, modelsFolder } from '../../support/images.ts';

const registry = await readModelRegistry(modelsFolder);

async function enlarged(
  model: string,
  image: Raster,
  isReusing: boolean,
): Promise<{ data: Buffer; tiles: number }> {
  const found = registry.find(({ manifest }) => manifest.id === model);
  if (found === undefined) throw new Error(`no model ${model}`);
  const network = networkModel(found);
  const loaded = await loadModel(network, { device: chooseDevice(network, 'cpu'), threads: 2 });
  const { tiling } = network;
  const window = { areaPx: 128 * 1024 };
  const plan = planPass(image, tiling, 'auto', window);
  const reuse = isReusing ? planReuse(image, { tiling, areaPx: window.areaPx, plan }) : undefined;
  expect(reuse !== undefined).toBe(isReusing);
  const tally = { tilesDone: 0, repairedTiles: 0 };
  try {
    const made = await enlargePass(rasterStore(image), {
      ...{ model: loaded, tiling, tile: 'auto', window, reuse, tally, network: 'own' },
      ...{ bitDepth: image.data instanceof Uint8Array ? 8 : 16, scratchPath: path.join('not', 'used') },
      signal: new AbortController().signal,
      onTile: () => undefined,
    });
    const { data } = made.read(0, made.shape.height);
    expect(tally.tilesDone).toBe(reuse?.tiles.length ?? plan.columns.length * plan.rows.length);
    return { data: Buffer.from(data.buffer, data.byteOffset, data.byteLength), tiles: tally.tilesDone };
  } finally {
    await loaded.dispose();
  }
}

test.each([
  { model: 'fast-x2', channels: 3, bitDepth: 8 },
  { model: 'fast-x3', channels: 4, bitDepth: 8 },
  { model: 'fast-x4', channels: 3, bitDepth: 16 },
  { model: 'fast-x4', channels: 1, bitDepth: 8 },
] as const)(
  '$model returns the same for a screenshot of $channels channels with equal parts copied',
  async (kind) => {
    const image = drawnScreen({ width: 460, height: 410, ...kind });
    const whole = await enlarged(kind.model, image, false);
    const copied = await enlarged(kind.model, image, true);
    expect(copied.data.equals(whole.data)).toBe(true);
  },
);
