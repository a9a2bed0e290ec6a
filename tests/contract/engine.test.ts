/**
 * @file The contract of engines and models, run against each of the program. A new engine adds a line to
 * `SUBJECTS` and has to pass.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Raster } from '../../core/api/image.ts';
import { networkModel, type Device, type EngineModel, type LoadedModel } from '../../core/engine/engine.ts';
import { interpolationModel } from '../../core/engine/interpolation.ts';
import { chooseDevice, ENGINES, loadModel, networkDevices } from '../../core/engine/registry.ts';
import { withSelfEnsemble } from '../../core/engine/selfEnsemble.ts';
import { rasterStore } from '../../core/image/rowStore.ts';
import { findModels, readModelRegistry } from '../../core/models/modelRegistry.ts';
import { emptyTile, type FloatTile } from '../../core/tiling/floatTile.ts';
import { INTERPOLATION_KERNELS } from '../../core/tiling/kernelTaps.ts';
import { enlargePass } from '../../core/worker/enlargePass.ts';
import { largestDifference, modelsFolder, sceneRaster } from '../support/images.ts';

const THREADS = 1;

interface Subject {
  readonly name: string;
  readonly model: EngineModel;
  readonly device: Device;
}

const registry = await readModelRegistry(modelsFolder);
const networks = findModels(registry, 'fast').map(networkModel);

/** Devices of this machine that can be tried here and now. A graphics card has a separate suite (`webgpu.test.ts`). */
const processors = networkDevices().filter(({ kind }) => kind === 'cpu');
const ready = processors.filter(({ missing }) => missing === undefined);
for (const { id, missing } of processors)
  if (missing !== undefined) console.warn(`${id}: skipped. ${missing.reason}`);

/** One network is enough to try a device; whether it computes all of them is asked below. */
const SUBJECTS: readonly Subject[] = [
  ...ready.flatMap((device) =>
    (device.id === 'onnx:cpu' ? networks : networks.slice(0, 1)).map((model): Subject => ({
      name: `${device.id} ${model.id}`,
      model,
      device,
    })),
  ),
  ...INTERPOLATION_KERNELS.flatMap((kernel) =>
    [2, 3].map((scale): Subject => {
      const model = interpolationModel(kernel, scale);
      return { name: `interpolation ${kernel} ×${scale}`, model, device: chooseDevice(model, 'cpu') };
    }),
  ),
];

function sampleTile(width: number, height: number): FloatTile {
  const tile = emptyTile({ width, height });
  const { data } = sceneRaster(width, height);
  for (let plane = 0; plane < 3; plane++) {
    for (let i = 0; i < width * height; i++)
      tile.data[plane * width * height + i] = data[i * 3 + plane]! / 255;
  }
  return tile;
}

async function enlargeScene(
  loaded: LoadedModel,
  tiling: EngineModel['tiling'],
  image: Raster,
  tile: 'auto' | number,
): Promise<{ data: ArrayLike<number>; tiles: number }> {
  const tally = { tilesDone: 0, repairedTiles: 0 };
  const made = await enlargePass(rasterStore(image), {
    model: loaded,
    tiling,
    tile,
    bitDepth: 8,
    network: 'none',
    scratchPath: path.join('not', 'used'),
    signal: new AbortController().signal,
    tally,
    onTile: () => undefined,
  });
  expect(tally.repairedTiles).toBe(0);
  return { data: made.read(0, made.shape.height).data.slice(), tiles: tally.tilesDone };
}

test('every engine of the program is tested here', () => {
  const tested = new Set(SUBJECTS.map(({ device }) => device.engine));
  expect([...tested].sort()).toEqual(ENGINES.map(({ id }) => id).sort());
});

describe.each(SUBJECTS)('$name', ({ model, device }) => {
  let loaded: LoadedModel;

  beforeAll(async () => {
    loaded = await loadModel(model, { device, threads: THREADS });
  });
  afterAll(async () => {
    await loaded.dispose();
  });

  test('reports its device and its scale after loading', () => {
    expect(loaded.device).toEqual(device);
    expect(loaded.scale).toBe(model.scale);
  });

  test.each([
    { width: 1, height: 1 },
    { width: 1, height: 17 },
    { width: 19, height: 2 },
    { width: 33, height: 21 },
  ])('enlarges $width × $height by its scale, in finite values', async ({ width, height }) => {
    const made = await loaded.enlargeTile(sampleTile(width, height));
    expect({ width: made.width, height: made.height }).toEqual({
      width: width * model.scale,
      height: height * model.scale,
    });
    expect(made.data).toHaveLength(3 * made.width * made.height);
    expect(made.data.every(Number.isFinite)).toBe(true);
  });

  test('returns the same result twice, and does not change its input', async () => {
    const tile = sampleTile(40, 24);
    const before = tile.data.slice();
    const first = (await loaded.enlargeTile(tile)).data.slice();
    const second = await loaded.enlargeTile(tile);
    expect(largestDifference(second.data, first)).toBe(0);
    expect(largestDifference(tile.data, before)).toBe(0);
  });

  test('a result does not change when the next tile is enlarged', async () => {
    const first = await loaded.enlargeTile(sampleTile(16, 16));
    const copy = first.data.slice();
    await loaded.enlargeTile({ ...sampleTile(16, 16), data: new Float32Array(3 * 256).fill(0.5) });
    expect(largestDifference(first.data, copy)).toBe(0);
  });

  test('returns the same image for tiles as for the whole, to one step of 8 bit', async () => {
    const image = sceneRaster(173, 141);
    const whole = await enlargeScene(loaded, model.tiling, image, 'auto');
    const tiled = await enlargeScene(loaded, model.tiling, image, 64);
    expect({ whole: whole.tiles, isTiled: tiled.tiles > 4 }).toEqual({ whole: 1, isTiled: true });
    expect(largestDifference(tiled.data, whole.data)).toBeLessThanOrEqual(1);
  });

  test('with all eight symmetries it has the same size and stays close to the plain result', async () => {
    const tile = sampleTile(23, 14);
    const plain = await loaded.enlargeTile(tile);
    const ensemble = await withSelfEnsemble(loaded).enlargeTile(tile);
    expect({ ...ensemble, data: undefined }).toEqual({ ...plain, data: undefined });
    const difference = largestDifference(ensemble.data, plain.data);
    if (model.source.kind === 'network') {
      const mean = ensemble.data.reduce((sum, value, i) => sum + Math.abs(value - plain.data[i]!), 0);
      expect(mean / plain.data.length).toBeLessThan(0.05);
    } else expect(difference).toBeLessThan(1e-6); // a symmetric kernel knows no direction
  });

  test('several tiles at once have the same results as each alone', async () => {
    if (loaded.enlargeTiles === undefined) return;
    const tiles = [sampleTile(21, 18), { ...sampleTile(21, 18), data: sampleTile(18, 21).data.reverse() }];
    const together = await loaded.enlargeTiles(tiles);
    expect(together).toHaveLength(2);
    for (const [index, tile] of tiles.entries()) {
      const alone = await loaded.enlargeTile(tile);
      const { width, height, data } = together[index]!;
      expect([width, height]).toEqual([alone.width, alone.height]);
      expect(largestDifference(data, alone.data)).toBeLessThan(1e-5);
    }
  });

  test('a pass that is cancelled ends before the next tile, and the model still works', async () => {
    const controller = new AbortController();
    const tally = { tilesDone: 0, repairedTiles: 0 };
    const pass = enlargePass(rasterStore(sceneRaster(200, 60)), {
      model: loaded,
      tiling: model.tiling,
      tile: 32,
      bitDepth: 8,
      network: 'none',
      scratchPath: path.join('not', 'used'),
      signal: controller.signal,
      tally,
      onTile: () => {
        controller.abort();
      },
    });
    await expect(pass).rejects.toMatchObject({ code: 'job/cancelled' });
    expect(tally.tilesDone).toBe(1);
    expect((await loaded.enlargeTile(sampleTile(9, 8))).width).toBe(9 * model.scale);
  });

  test('can be disposed of and loaded again', async () => {
    const again = await loadModel(model, { device, threads: THREADS });
    const tile = sampleTile(12, 9);
    const made = (await again.enlargeTile(tile)).data.slice();
    await again.dispose();
    expect(largestDifference((await loaded.enlargeTile(tile)).data, made)).toBe(0);
  });
});

test('nearest with all eight symmetries is exact', async () => {
  const model = interpolationModel('nearest', 2);
  const loaded = await loadModel(model, { device: chooseDevice(model, 'cpu'), threads: THREADS });
  const tile = sampleTile(7, 5);
  const whole = { ...tile, data: tile.data.map((value) => Math.round(value * 64) / 64) };
  const plain = await loaded.enlargeTile(whole);
  expect((await withSelfEnsemble(loaded).enlargeTile(whole)).data).toEqual(plain.data);
});

describe.each(ready.filter(({ id }) => id !== 'onnx:cpu'))('$id', (device) => {
  test.each(networks)('$id gives the same as ONNX Runtime on the processor, within 1/255', async (model) => {
    const tile = sampleTile(37, 26);
    const enlarge = async (on: Device): Promise<FloatTile> => {
      const loaded = await loadModel(model, { device: on, threads: THREADS });
      try {
        return await loaded.enlargeTile(tile);
      } finally {
        await loaded.dispose();
      }
    };
    const expected = await enlarge(chooseDevice(model, 'cpu'));
    expect(largestDifference((await enlarge(device)).data, expected.data)).toBeLessThanOrEqual(1 / 255);
  });
});
