import os from 'node:os';
import type { InferenceSession as Session } from 'onnxruntime-node';
import { EnhancerError } from '../api/errors.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { readWeights } from '../models/modelShelf.ts';
import { TILE_CHANNELS, type FloatTile } from '../tiling/floatTile.ts';
import type { Device, Engine, EngineModel, LoadedModel, LoadOptions } from './engine.ts';
import { env, InferenceSession, listSupportedBackends, Tensor } from './onnxLoader.ts';

/** Graphics providers of onnxruntime by the name of the interface that people know. */
const GPU_PROVIDERS: Readonly<Record<string, string>> = {
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'CoreML',
  cuda: 'CUDA',
};

/** Side of the tile that proves a network's scale: small enough to cost nothing. */
const DRY_RUN_PX = 8;

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function processorName(): string {
  return os.cpus()[0]?.model.trim() ?? 'Processor';
}

function listDevices(): Device[] {
  const cpu: Device = { id: 'onnx:cpu', engine: 'onnx', provider: 'cpu', name: processorName(), kind: 'cpu' };
  const gpus = listSupportedBackends().flatMap(({ name }): Device[] => {
    const label = GPU_PROVIDERS[name];
    return label === undefined
      ? []
      : [{ id: `onnx:${name}`, engine: 'onnx', provider: name, name: label, kind: 'gpu' }];
  });
  return [cpu, ...gpus];
}

/** The settings of every session of the program, so that what is measured with them is what is run. */
export function sessionOptions(provider: string, threads: number): Session.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Threads that wait by spinning take the core on which the last picture is encoded: 2 to 5 % of a batch.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  };
}

export function onnxRuntimeVersion(): string {
  return env.versions.node ?? env.versions.common;
}

async function createSession(weights: Uint8Array, options: LoadOptions, manifest: ModelManifest) {
  const { device, threads } = options;
  try {
    return await InferenceSession.create(weights, sessionOptions(device.provider, threads));
  } catch (error) {
    const message = `The model ${manifest.id} cannot be loaded on ${device.name}: ${describeError(error)}`;
    const code = device.kind === 'gpu' ? 'engine/unavailable' : 'engine/load-failed';
    throw new EnhancerError(code, message, { model: manifest.id, device: device.id }, { cause: error });
  }
}

async function runSession(session: Session, manifest: ModelManifest, tile: FloatTile): Promise<FloatTile> {
  const input = new Tensor('float32', tile.data, [1, TILE_CHANNELS, tile.height, tile.width]);
  let output;
  try {
    output = (await session.run({ [manifest.input.name]: input }))[manifest.output.name];
  } catch (error) {
    const text = describeError(error);
    const code = /alloc|out of memory/i.test(text) ? 'engine/out-of-memory' : 'engine/run-failed';
    throw new EnhancerError(
      code,
      `The network ${manifest.id} failed: ${text}`,
      { model: manifest.id },
      { cause: error },
    );
  }
  const [, channels, height, width] = output?.dims ?? [];
  if (!(output?.data instanceof Float32Array) || channels !== TILE_CHANNELS || !height || !width) {
    const message = `The network ${manifest.id} gave no picture under the name "${manifest.output.name}".`;
    throw new EnhancerError('engine/run-failed', message, { model: manifest.id });
  }
  return { width, height, data: output.data };
}

async function proveScale(
  run: (tile: FloatTile) => Promise<FloatTile>,
  manifest: ModelManifest,
): Promise<void> {
  const data = new Float32Array(TILE_CHANNELS * DRY_RUN_PX * DRY_RUN_PX).fill(0.5);
  const { width, height } = await run({ width: DRY_RUN_PX, height: DRY_RUN_PX, data });
  if (width !== DRY_RUN_PX * manifest.scale || height !== DRY_RUN_PX * manifest.scale) {
    throw new EnhancerError(
      'model/wrong-scale',
      `The model ${manifest.id} claims to enlarge ${manifest.scale} times, but made ` +
        `${width} × ${height} of ${DRY_RUN_PX} × ${DRY_RUN_PX} pixels.`,
      { model: manifest.id, scale: manifest.scale },
    );
  }
}

async function load({ source }: EngineModel, options: LoadOptions): Promise<LoadedModel> {
  if (source.kind !== 'network') throw new TypeError('ONNX Runtime runs networks only.');
  const { manifest } = source.model;
  const session = await createSession(await readWeights(source.model, 'onnx'), options, manifest);
  const run = (tile: FloatTile): Promise<FloatTile> => runSession(session, manifest, tile);
  try {
    await proveScale(run, manifest);
  } catch (error) {
    await session.release();
    throw error;
  }
  return {
    scale: manifest.scale,
    device: options.device,
    enhanceTile: run,
    dispose: () => session.release(),
  };
}

/** ONNX Runtime: the fastest on a processor, and the way to graphics cards of every make. */
export const onnxRuntimeEngine: Engine = { id: 'onnx', listDevices, load };
