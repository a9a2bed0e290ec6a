import { z } from 'zod';
import type { ModelManifest } from '../models/manifest.ts';
import { hasWeights, readModelFiles, type InstalledModel } from '../models/modelRegistry.ts';
import type { FloatTile } from '../tiling/floatTile.ts';
import type { Device, Engine, EngineModel, FailurePatterns, LoadedModel, LoadOptions } from './engine.ts';
import { engineFailure, loadFailure } from './engineFailure.ts';
import { joinTiles, loadedNetwork, splitTiles } from './networkRun.ts';
import { processorName } from './onnxDevices.ts';
import { convertToTensorFlow } from './tensorflowConversion.ts';
import {
  loadTensorFlow,
  tensorFlowVersion,
  missingTensorFlow,
  useProvider,
  type TensorFlow,
  type TensorFlowProvider,
  type TfGraphModel,
} from './tensorflowLoader.ts';

const PROVIDERS: readonly { provider: TensorFlowProvider; kind: Device['kind']; name: string }[] = [
  { provider: 'cuda', kind: 'gpu', name: 'CUDA' },
  { provider: 'native', kind: 'cpu', name: processorName() },
  { provider: 'wasm', kind: 'cpu', name: `${processorName()} (WebAssembly)` },
];

/** What TensorFlow's native library reports. */
const FAILURES: FailurePatterns = {
  outOfMemory: [/OOM when allocating|resource ?exhausted/i],
  deviceLost: [],
};

function listDevices(): Device[] {
  return PROVIDERS.map(({ provider, kind, name }) => {
    const missing = missingTensorFlow(provider);
    const device: Device = { id: `tensorflow:${provider}`, engine: 'tensorflow', provider, name, kind };
    return missing === undefined ? device : { ...device, missing };
  });
}

/** The parts of `model.json` that are read here; the graph itself is passed to TensorFlow.js. */
const graphFileSchema = z.looseObject({
  format: z.literal('graph-model'),
  modelTopology: z.looseObject({ node: z.array(z.unknown()) }),
  signature: z.unknown(),
  weightsManifest: z.tuple([z.object({ paths: z.array(z.string()), weights: z.array(z.unknown()) })]),
});

/** A graph and its weights in the form that TensorFlow.js loads from memory. */
export function toArtifacts(files: ReadonlyMap<string, Uint8Array>): unknown {
  const graphFile = [...files].find(([name]) => name.endsWith('.json'));
  if (graphFile === undefined) throw new Error('the manifest names no graph (a file that ends in .json)');
  const graph = graphFileSchema.parse(JSON.parse(Buffer.from(graphFile[1]).toString('utf8')));
  const [{ paths, weights }] = graph.weightsManifest;
  const parts = paths.map((name) => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new Error(`the graph asks for ${name}, which the manifest does not name`);
    return bytes;
  });
  const { format, modelTopology, signature } = graph;
  const weightData = Uint8Array.from(Buffer.concat(parts)).buffer;
  return { format, modelTopology, signature, weightSpecs: weights, weightData };
}

/** @throws Error if a card was requested but is not used, or the other way round. */
function assertKindOfDevice(tensorflow: TensorFlow, provider: TensorFlowProvider): void {
  const usesGpu = tensorflow.backend().isUsingGpuDevice === true;
  if (provider === 'cuda' && !usesGpu) {
    throw new Error('TensorFlow finds no NVIDIA card with CUDA 11 and cuDNN 8, or has no CUDA library.');
  }
  if (provider === 'native' && usesGpu) throw new Error('TensorFlow computes on the graphics card here.');
}

async function loadGraph(
  files: ReadonlyMap<string, Uint8Array>,
  provider: TensorFlowProvider,
  { device, threads }: LoadOptions,
  { id }: ModelManifest,
): Promise<{ tensorflow: TensorFlow; graph: TfGraphModel }> {
  try {
    const tensorflow = await loadTensorFlow(provider, threads);
    assertKindOfDevice(tensorflow, provider);
    const graph = await tensorflow.loadGraphModel(tensorflow.io.fromMemory(toArtifacts(files)));
    return { tensorflow, graph };
  } catch (error) {
    throw loadFailure(error, id, device);
  }
}

/** Runs the graph and disposes of all its tensors, whether it succeeds or fails. */
async function runGraph(
  tensorflow: TensorFlow,
  graph: TfGraphModel,
  { input, output }: ModelManifest,
  tiles: readonly FloatTile[],
): Promise<{ values: Float32Array; dims: readonly number[] }> {
  const { data, dims } = joinTiles(tiles);
  const answer = tensorflow.tidy(() =>
    graph.execute({ [input.name]: tensorflow.tensor4d(data, dims) }, output.name),
  );
  try {
    return { values: await answer.data(), dims: answer.shape };
  } finally {
    answer.dispose();
  }
}

/** The native library only frees a run's memory when the event loop turns; otherwise memory grows from tile to tile. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The files of a graph model; networks that people added are converted from ONNX, as far as their operators allow. */
async function graphFiles(model: InstalledModel, device: Device): Promise<ReadonlyMap<string, Uint8Array>> {
  const { id, input, output } = model.manifest;
  if (hasWeights(model, 'tensorflow') || !hasWeights(model, 'onnx'))
    return readModelFiles(model, 'tensorflow');
  const [weights = new Uint8Array()] = (await readModelFiles(model, 'onnx')).values();
  try {
    return convertToTensorFlow(weights, { input: input.name, output: output.name });
  } catch (error) {
    throw loadFailure(error, id, device);
  }
}

async function load({ source }: EngineModel, options: LoadOptions): Promise<LoadedModel> {
  if (source.kind !== 'network') throw new TypeError('TensorFlow.js runs networks only.');
  const { device } = options;
  const provider = PROVIDERS.find((known) => known.provider === device.provider)?.provider;
  if (provider === undefined) throw new TypeError(`TensorFlow.js has no provider "${device.provider}".`);
  const { manifest } = source.model;
  const files = await graphFiles(source.model, device);
  const { tensorflow, graph } = await loadGraph(files, provider, options, manifest);
  return loadedNetwork(device, {
    manifest,
    run: async (tiles) => {
      try {
        await useProvider(tensorflow, provider);
        const { values, dims } = await runGraph(tensorflow, graph, manifest, tiles);
        await nextTurn();
        return splitTiles(values, dims, tiles.length, manifest);
      } catch (error) {
        throw engineFailure(error, manifest.id, device, FAILURES);
      }
    },
    release: () => {
      graph.dispose();
      return Promise.resolve();
    },
  });
}

/** TensorFlow.js: on NVIDIA cards through CUDA, natively on the processor, and in WebAssembly as a last resort. */
export const tensorflowEngine: Engine = {
  id: 'tensorflow',
  runs: 'network',
  failures: FAILURES,
  problems: [],
  version: tensorFlowVersion,
  listDevices,
  load,
};
