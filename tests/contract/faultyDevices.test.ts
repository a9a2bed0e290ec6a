/**
 * @file A stand-in for a graphics card that fails in every way that cards do, from file to
 * file. Whatever the failure, only correct images are published.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from '../../core/api/jobSettings.ts';
import type { Raster } from '../../core/api/image.ts';
import { engineFailure } from '../../core/engine/engineFailure.ts';
import { ONNX_FAILURES } from '../../core/engine/onnxFailures.ts';
import type { LoadedModel } from '../../core/engine/engine.ts';
import { loadModel, networkDevices } from '../../core/engine/registry.ts';
import type { EnlargedImage, EnlargeJob } from '../../core/pool/messages.ts';
import { emptyTile, type FloatTile } from '../../core/tiling/floatTile.ts';
import { enlargeImage, type WorkerTools } from '../../core/worker/enlargeImage.ts';
import { ModelCache, type ModelLoader } from '../../core/worker/modelCache.ts';
import { Semaphore } from '../../core/worker/semaphore.ts';
import { largestDifference, modelsFolder, sceneRaster, storedPixels, writePng } from '../support/images.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const CARD = networkDevices().find(({ kind, missing }) => kind === 'gpu' && missing === undefined);
const CPU_ID = 'onnx:cpu';

/** The card's output for a tile that it fails on. */
type Fault = (tile: FloatTile, right: LoadedModel) => Promise<FloatTile>;

function flat(tile: FloatTile, scale: number, value: number): FloatTile {
  const made = emptyTile({ width: tile.width * scale, height: tile.height * scale });
  return { ...made, data: made.data.fill(value) };
}

const black: Fault = (tile, { scale }) => Promise.resolve(flat(tile, scale, 0));
const notNumbers: Fault = (tile, { scale }) => Promise.resolve(flat(tile, scale, Number.NaN));
const tooBright: Fault = async (tile, right) => {
  const made = await right.enlargeTile(tile);
  return { ...made, data: made.data.map((value) => value + 0.3) };
};

function saying(text: string): Fault {
  return () => Promise.reject(engineFailure(new Error(text), 'fast-x2', CARD!, ONNX_FAILURES));
}

interface Card {
  readonly load: ModelLoader;
  /** Tiles that it received. */
  tiles: number;
  loads: number;
}

/** The processor's network under the card's name; wrong for tiles whose longer side is above the limit. */
function faultyCard(fault: Fault, limitPx = 0): Card {
  const card: Card = {
    tiles: 0,
    loads: 0,
    load: async (model, options) => {
      const cpu = networkDevices().find(({ id }) => id === CPU_ID)!;
      const right = await loadModel(model, { ...options, device: cpu });
      if (options.device.kind === 'cpu') return right;
      card.loads++;
      return {
        ...right,
        device: options.device,
        enlargeTile: (tile) => {
          card.tiles++;
          return Math.max(tile.width, tile.height) > limitPx ? fault(tile, right) : right.enlargeTile(tile);
        },
      };
    },
  };
  return card;
}

function toolsWith(load: ModelLoader): WorkerTools {
  return { models: new ModelCache(load), inference: new Semaphore(1), memory: new Semaphore(1e9) };
}

interface Made extends EnlargedImage {
  readonly picture: Raster;
}

async function enlarge(
  tools: WorkerTools,
  devices: readonly string[],
  settings: Partial<JobSettings> = {},
): Promise<Made> {
  const folder = temporaryFolder();
  const job: EnlargeJob = {
    id: 1,
    inputPath: writePng(path.join(folder, 'in.png'), sceneRaster(256, 160)),
    tempPath: path.join(folder, 'out.part'),
    scratchFolder: path.join(folder, 'scratch'),
    outputFormat: 'png',
    settings: {
      ...DEFAULT_JOB_SETTINGS,
      sizing: { kind: 'factor', factor: 2 },
      model: 'fast-x2',
      ...settings,
    },
    devices,
    modelsFolder,
    threads: 2,
  };
  const hooks = { onProgress: () => undefined, signal: new AbortController().signal };
  try {
    const result = await enlargeImage(job, tools, hooks);
    if (result.kind !== 'enhanced') throw new TypeError('The image was to be enlarged.');
    return { ...result, picture: await storedPixels(job.tempPath) };
  } catch (error) {
    expect(existsSync(job.tempPath)).toBe(false);
    throw error;
  }
}

describe.runIf(CARD !== undefined)('a card that fails', () => {
  const devices = [CARD?.id ?? '', CPU_ID];
  let wanted: Promise<Made> | undefined;

  async function expectRight({ picture: image }: Made): Promise<void> {
    wanted ??= enlarge(toolsWith(loadModel), [CPU_ID]);
    const expected = await wanted;
    expect(expected.repairedTiles).toBe(0);
    expect(largestDifference(image.data, expected.picture.data)).toBeLessThanOrEqual(1);
  }

  test.each([
    { what: 'black', fault: black },
    { what: 'no numbers', fault: notNumbers },
    { what: 'too bright', fault: tooBright },
  ])(
    'for tiles above 128 px, by giving $what: the image is right and reported as repaired',
    async ({ fault }) => {
      const made = await enlarge(toolsWith(faultyCard(fault, 128).load), devices);
      await expectRight(made);
      expect({ repaired: made.repairedTiles, device: made.device }).toEqual({
        repaired: 1,
        device: CARD!.id,
      });
    },
  );

  test.each([
    { what: 'black', fault: black },
    { what: 'no numbers', fault: notNumbers },
    { what: 'too bright', fault: tooBright },
    { what: 'an error', fault: saying('Non-zero status code returned while running Conv node.') },
    { what: 'a lost device', fault: saying('vkQueueSubmit failed with VK_ERROR_DEVICE_LOST') },
  ])('always, by giving $what: the processor takes over, and the result records why', async ({ fault }) => {
    const made = await enlarge(toolsWith(faultyCard(fault).load), devices);
    await expectRight(made);
    expect({ repaired: made.repairedTiles, device: made.device }).toEqual({ repaired: 1, device: CPU_ID });
    expect(made.warnings).toEqual([expect.stringContaining(`given up for ${CPU_ID}`)]);
  });

  test('is not tried again for the next image', async () => {
    const card = faultyCard(notNumbers);
    const tools = toolsWith(card.load);
    await enlarge(tools, devices);
    const { tiles } = card;
    const second = await enlarge(tools, devices);
    await expectRight(second);
    expect([card.tiles, card.loads, second.repairedTiles]).toEqual([tiles, 1, 0]);
    expect(second.warnings).toHaveLength(1);
  });

  test.each([black, notNumbers])('and nothing else to use: nothing is published', async (fault) => {
    const failure = enlarge(toolsWith(faultyCard(fault).load), [CARD!.id]);
    await expect(failure).rejects.toMatchObject({ code: 'engine/bad-output' });
  });

  test('by its memory: the job goes back, to be tried with smaller tiles in a new process', async () => {
    const failure = enlarge(toolsWith(faultyCard(saying('CUDA failure 2: out of memory')).load), devices);
    await expect(failure).rejects.toMatchObject({ code: 'engine/out-of-memory' });
  });

  test('by its memory even with small tiles: the processor takes over', async () => {
    const card = faultyCard(saying('CUDA failure 2: out of memory'));
    const made = await enlarge(toolsWith(card.load), devices, { tile: 64 });
    await expectRight(made);
    expect(made.device).toBe(CPU_ID);
  });

  test('in loading: the next device is used, unless it was requested by its number', async () => {
    const load: ModelLoader = async (model, options) => {
      if (options.device.kind === 'gpu')
        throw engineFailure(new Error('no driver'), model.id, options.device, ONNX_FAILURES);
      return loadModel(model, options);
    };
    const made = await enlarge(toolsWith(load), devices);
    await expectRight(made);
    expect(made.warnings).toHaveLength(1);
    const named = enlarge(toolsWith(load), devices, { device: '0' });
    await expect(named).rejects.toMatchObject({ code: 'engine/run-failed' });
  });
});
