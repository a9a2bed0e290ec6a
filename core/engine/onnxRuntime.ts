import type { InferenceSession as Session } from 'onnxruntime-node';
import type { ModelManifest } from '../models/manifest.ts';
import { readModelFiles } from '../models/modelRegistry.ts';
import type { FloatTile } from '../tiling/floatTile.ts';
import type { Device, Engine, EngineModel, LoadedModel, LoadOptions } from './engine.ts';
import { engineFailure, loadFailure } from './engineFailure.ts';
import { joinTiles, loadedNetwork, splitTiles } from './networkRun.ts';
import { listOnnxDevices } from './onnxDevices.ts';
import { ONNX_FAILURES, ONNX_PROBLEMS } from './onnxFailures.ts';
import { env, InferenceSession, Tensor } from './onnxLoader.ts';

/** The settings of every session of the program, so that measurements apply to what is run. */
export function sessionOptions(provider: string, threads: number): Session.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Threads that spin while waiting occupy the core that encodes the previous image: 2 to 5% of a batch.
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
    throw loadFailure(error, manifest.id, device);
  }
}

async function runSession(
  session: Session,
  manifest: ModelManifest,
  device: Device,
  tiles: readonly FloatTile[],
): Promise<FloatTile[]> {
  const { data, dims } = joinTiles(tiles);
  let output;
  try {
    const input = new Tensor('float32', data, dims);
    output = (await session.run({ [manifest.input.name]: input }))[manifest.output.name];
  } catch (error) {
    throw engineFailure(error, manifest.id, device, ONNX_FAILURES);
  }
  return splitTiles(output?.data, output?.dims ?? [], tiles.length, manifest);
}

async function load({ source }: EngineModel, options: LoadOptions): Promise<LoadedModel> {
  if (source.kind !== 'network') throw new TypeError('ONNX Runtime runs networks only.');
  const { manifest } = source.model;
  const { device } = options;
  const [weights] = (await readModelFiles(source.model, 'onnx')).values();
  if (weights === undefined) throw new TypeError('A model has at least one file.');
  const session = await createSession(weights, options, manifest);
  return loadedNetwork(device, {
    manifest,
    run: (tiles) => runSession(session, manifest, device, tiles),
    release: () => session.release(),
  });
}

/** ONNX Runtime: the fastest on a processor, and the way to graphics cards of every make. */
export const onnxRuntimeEngine: Engine = {
  id: 'onnx',
  runs: 'network',
  failures: ONNX_FAILURES,
  problems: ONNX_PROBLEMS,
  version: onnxRuntimeVersion,
  listDevices: listOnnxDevices,
  load,
};
