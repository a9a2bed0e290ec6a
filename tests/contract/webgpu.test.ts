/**
 * @file WebGPU on a software driver: Debian's `chromium` brings SwiftShader, which does the work of a graphics card
 * slowly on the processor; `libvulkan1` finds it. Skipped where one of the two is not installed.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Raster } from '../../core/api/image.ts';
import { networkModel, type Device, type LoadedModel } from '../../core/engine/engine.ts';
import { loadModel, networkDevices } from '../../core/engine/registry.ts';
import { DeviceRegister } from '../../core/host/devices/deviceRegister.ts';
import { rasterStore } from '../../core/image/rowStore.ts';
import { readModelRegistry } from '../../core/models/modelRegistry.ts';
import { enlargePass } from '../../core/worker/enlargePass.ts';
import { knownTile } from '../../core/worker/probeDevice.ts';
import { compiledLauncher } from '../support/launchers.ts';
import { installModel } from '../support/nearestNetwork.ts';
import { largestDifference, sceneRaster, storedPixels, writePng } from '../support/images.ts';
import { runProgram } from '../support/runProgram.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const LOADERS = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
  (folder) => `/usr/lib/${folder}/libvulkan.so.1`,
);
const isHere =
  existsSync(SWIFTSHADER) &&
  LOADERS.some((file) => existsSync(file)) &&
  networkDevices().some(({ id }) => id === 'onnx:webgpu');
if (!isHere) {
  console.warn(`onnx:webgpu: skipped. It needs ${SWIFTSHADER} (Debian's chromium) and libvulkan1.`);
}

// The driver is loaded when the first session is created.
process.env['VK_ICD_FILENAMES'] = SWIFTSHADER;

/** On this driver the first run of each operator compiles for seconds. */
const SLOW_MS = 180_000;

function webgpu(): Device {
  return networkDevices().find(({ id }) => id === 'onnx:webgpu')!;
}

/** A network of two operators, which is quick on this driver. */
async function loadNearest(): Promise<LoadedModel> {
  const registry = temporaryFolder();
  installModel(registry, 'nearest-x2', 2);
  const [model] = await readModelRegistry(registry);
  return loadModel(networkModel(model!), { device: webgpu(), threads: 1 });
}

function repeated(tile: { width: number; height: number; data: Float32Array }): Float32Array {
  const data = new Float32Array(tile.data.length * 4);
  const width = tile.width * 2;
  for (let i = 0; i < data.length; i++) {
    const row = Math.floor(i / width);
    const plane = Math.floor(row / (tile.height * 2));
    const y = Math.floor((row % (tile.height * 2)) / 2);
    data[i] = tile.data[(plane * tile.height + y) * tile.width + Math.floor((i % width) / 2)]!;
  }
  return data;
}

async function enlargeOn(gpu: string, input: string): Promise<{ picture: Raster; device: unknown }> {
  const output = path.join(temporaryFolder(), 'out.png');
  const options = ['-s', '2', '-n', 'fast-x2', '--gpu', gpu, '--json'];
  const end = await runProgram(['-i', input, '-o', output, ...options]);
  const done = end.stdout
    .split('\n')
    .filter((line) => line.includes('"job-done"'))
    .map((line) => JSON.parse(line) as { device: unknown });
  expect({ code: end.code, stderr: end.stderr, done: done.length }).toMatchObject({ code: 0, done: 1 });
  return { picture: await storedPixels(output), device: done[0]?.device };
}

describe.runIf(isHere)('WebGPU on SwiftShader', () => {
  test(
    'odd sizes, several tiles at once, and loading again after disposal',
    { timeout: SLOW_MS },
    async () => {
      for (const size of [
        { width: 1, height: 1 },
        { width: 13, height: 2 },
        { width: 31, height: 17 },
      ]) {
        const loaded = await loadNearest();
        const tile = knownTile(size);
        const other = { ...tile, data: tile.data.slice().reverse() };
        const made = [await loaded.enlargeTile(tile), ...(await loaded.enlargeTiles!([tile, other]))];
        const expected = [tile, tile, other].map(repeated);
        for (const [index, { data }] of made.entries()) {
          expect(largestDifference(data, expected[index]!)).toBeLessThan(1e-6);
        }
        await loaded.dispose();
      }
    },
  );

  test('a pass that is cancelled ends before the next tile', { timeout: SLOW_MS }, async () => {
    const loaded = await loadNearest();
    const controller = new AbortController();
    const tally = { tilesDone: 0, repairedTiles: 0 };
    const pass = enlargePass(rasterStore(sceneRaster(100, 40)), {
      model: loaded,
      tiling: { contextPx: 1, blendPx: 0 },
      tile: 32,
      bitDepth: 8,
      network: 'none',
      scratchPath: 'not-used',
      signal: controller.signal,
      tally,
      onTile: () => {
        controller.abort();
      },
    });
    await expect(pass).rejects.toMatchObject({ code: 'job/cancelled' });
    expect(tally.tilesDone).toBe(1);
    await loaded.dispose();
  });

  test(
    '--gpu 0 gives the processor’s image within 1/255, and reports the card',
    { timeout: SLOW_MS },
    async () => {
      const input = writePng(path.join(temporaryFolder(), 'in.png'), sceneRaster(20, 15));
      const onCard = await enlargeOn('0', input);
      const onProcessor = await enlargeOn('cpu', input);
      expect([onCard.device, onProcessor.device]).toEqual(['onnx:webgpu', 'onnx:cpu']);
      expect(largestDifference(onCard.picture.data, onProcessor.picture.data)).toBeLessThanOrEqual(1);
    },
  );

  test('it is listed as usable, with the name of its driver', { timeout: SLOW_MS }, async () => {
    const registry = temporaryFolder();
    installModel(registry, 'nearest-x2', 2);
    const register = new DeviceRegister({
      launch: await compiledLauncher(),
      modelsFolder: registry,
      cacheFolder: temporaryFolder(),
      program: 'enlarger test',
      limitMs: SLOW_MS,
      devices: () => [webgpu()],
    });
    const [device] = await register.list(true);
    expect(device).toMatchObject({
      id: 'onnx:webgpu',
      name: 'Vulkan driver vk_swiftshader (WebGPU)',
      state: { kind: 'usable' },
      gpu: 0,
    });
  });
});
