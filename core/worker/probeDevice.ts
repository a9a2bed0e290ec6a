import { EnlargerError, toErrorDto } from '../api/errors.ts';
import {
  networkModel,
  REFERENCE_DEVICE,
  type Device,
  type EngineModel,
  type LoadedModel,
} from '../engine/engine.ts';
import { loadModel, networkDevices } from '../engine/registry.ts';
import { hasWeights, readModelRegistry } from '../models/modelRegistry.ts';
import type { ProbeAnswer, ProbeRequest } from '../pool/messages.ts';
import { checkTile } from '../tiling/checkTile.ts';
import { emptyTile, type FloatTile } from '../tiling/floatTile.ts';

/**
 * The sides are not round numbers, which reveals padding inside a driver. Small, because a software driver takes seconds
 * for more.
 */
const KNOWN_TILE = { width: 27, height: 18 };

/** A tile of the usual size, to measure quick devices. */
const SPEED_TILE = { width: 160, height: 160 };

/** Devices that need longer for the known tile are slow at any tile size. */
const QUICK_MS = 60;

/** Waves, an edge and a fine pattern: smooth and rough places in every channel. */
export function knownTile({ width, height }: { readonly width: number; readonly height: number }): FloatTile {
  const tile = emptyTile({ width, height });
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const wave = 0.25 * Math.sin(x / (3 + plane)) + 0.15 * Math.cos(y / 2 + plane);
        const edge = x > y + plane ? 0.2 : -0.1;
        const pattern = (x * 7 + y * 13 + plane * 5) % 11 === 0 ? 0.1 : 0;
        tile.data[(plane * height + y) * width + x] = 0.5 + wave + edge + pattern;
      }
    }
  }
  return tile;
}

/** The smallest network that the device's engine has weights for. */
async function probeModel(modelsFolder: string, engine: Device['engine']): Promise<EngineModel> {
  const registry = await readModelRegistry(modelsFolder);
  const able = registry.filter(
    (model) => hasWeights(model, engine) && hasWeights(model, REFERENCE_DEVICE.engine),
  );
  const [smallest] = able.sort((a, b) => a.manifest.macs - b.manifest.macs);
  if (smallest !== undefined) return networkModel(smallest);
  const message = `No model in ${modelsFolder} has weights for the engine "${engine}".`;
  throw new EnlargerError('model/not-found', message, { folder: modelsFolder });
}

function findDevice(id: string): Device {
  const device = networkDevices().find((candidate) => candidate.id === id);
  if (device !== undefined) return device;
  throw new EnlargerError('engine/unavailable', `There is no device ${id} on this machine.`, { device: id });
}

async function useModel<T>(
  model: EngineModel,
  device: Device,
  threads: number,
  work: (loaded: LoadedModel) => Promise<T>,
): Promise<T> {
  const loaded = await loadModel(model, { device, threads });
  try {
    return await work(loaded);
  } finally {
    await loaded.dispose();
  }
}

function largestDifference(a: FloatTile, b: FloatTile): number {
  if (a.data.length !== b.data.length) return Number.NaN;
  let largest = 0;
  for (const [i, value] of a.data.entries()) {
    const difference = Math.abs(value - (b.data[i] ?? Number.NaN));
    // Comparisons with NaN are false, so this keeps NaN.
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

async function timeTile(loaded: LoadedModel, tile: FloatTile): Promise<number> {
  const startedAt = performance.now();
  await loaded.enlargeTile(tile);
  return performance.now() - startedAt;
}

async function measureSpeed(loaded: LoadedModel, known: FloatTile): Promise<number> {
  const knownMs = await timeTile(loaded, known);
  const speedTile = knownMs > QUICK_MS ? known : knownTile(SPEED_TILE);
  // The first run of a shape may compile for it.
  if (speedTile !== known) await timeTile(loaded, speedTile);
  const elapsedMs =
    speedTile === known
      ? knownMs
      : Math.min(await timeTile(loaded, speedTile), await timeTile(loaded, speedTile));
  const pixels = speedTile.width * speedTile.height * loaded.scale ** 2;
  return pixels / 1000 / elapsedMs;
}

async function tryDevice({ deviceId, modelsFolder, threads }: ProbeRequest): Promise<ProbeAnswer> {
  const device = findDevice(deviceId);
  const model = await probeModel(modelsFolder, device.engine);
  const tile = knownTile(KNOWN_TILE);
  const expected = await useModel(model, findDevice(REFERENCE_DEVICE.id), threads, (cpu) =>
    cpu.enlargeTile(tile),
  );
  return useModel(model, device, threads, async (loaded) => {
    const answer = await loaded.enlargeTile(tile);
    // The processor's own result can only be compared with its input.
    const fault = checkTile(tile, answer);
    const difference = fault === undefined ? largestDifference(answer, expected) : Number.NaN;
    const megapixelsPerSecond = await measureSpeed(loaded, tile);
    return {
      kind: 'tried',
      difference: Number.isFinite(difference) ? difference : null,
      megapixelsPerSecond,
    };
  });
}

/** Enlarges a known tile on a device and compares the result with the processor's. Never throws. */
export async function probeDevice(request: ProbeRequest): Promise<ProbeAnswer> {
  try {
    return await tryDevice(request);
  } catch (error) {
    return { kind: 'failed', error: toErrorDto(error) };
  }
}
