import { imageInputs, readConvolution, readShuffle, type Convolution } from './convolutions.ts';
import type { OnnxGraph, OnnxOperator } from './onnxFile.ts';

/** Figures of a network for a 3 × 64 × 64 input; `docs/models.md` describes how they are counted. */
export interface NetworkCounts {
  readonly parameters: number;
  readonly macs: number;
}

/** A network as it is run, and as it was trained. */
export interface CountedNetwork extends NetworkCounts {
  /** How much wider and higher the output is. */
  readonly scale: number;
  /**
   * By the study's rule, with batch-norm and slopes: for networks whose biases all come from batch-norm and whose
   * upscaling steps each have one slope.
   */
  readonly trained: NetworkCounts;
}

const INPUT_SIDE_PX = 64;

/** How much wider an operator's output is than its input. */
function resizing(operator: OnnxOperator, graph: OnnxGraph): number {
  if (operator.type === 'DepthToSpace') return readShuffle(operator).scale;
  if (operator.type === 'Conv') return 1 / readConvolution(operator, graph).stride;
  return 1;
}

/** How much wider each tensor is than the input. */
function gridScales(graph: OnnxGraph): Map<string, number> {
  const scales = new Map(graph.inputs.map((name) => [name, 1]));
  for (const operator of graph.operators) {
    const sources = imageInputs(operator, graph).map((name) => scales.get(name));
    const [scale] = sources;
    if (scale === undefined || sources.some((other) => other !== scale)) {
      throw new Error(`${operator.type} joins images of different or unknown size`);
    }
    for (const name of operator.outputs) scales.set(name, scale * resizing(operator, graph));
  }
  return scales;
}

/**
 * [Note: Kernels before a shuffle] A convolution on a large image may be stored as an equal one before the shuffle
 * that makes the image large. Each of its weights then works once for every sub-pixel, and there are zeros in between.
 */
function countTrainedWeights({ kernel }: Convolution, shuffleScale: number): number {
  const zeros = kernel.data.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
  return zeros === 0 ? kernel.data.length : (kernel.data.length - zeros) / shuffleScale ** 2;
}

/** @returns For each convolution, the enlargement of the shuffle that comes next in the file; 1 after the last. */
function readConvolutions(graph: OnnxGraph): { convolution: Convolution; nextShuffle: number }[] {
  const found: { convolution: Convolution; nextShuffle: number }[] = [];
  let nextShuffle = 1;
  for (const operator of graph.operators.toReversed()) {
    if (operator.type === 'DepthToSpace') nextShuffle = readShuffle(operator).scale;
    if (operator.type === 'Conv') found.push({ convolution: readConvolution(operator, graph), nextShuffle });
  }
  return found;
}

/**
 * Counts what one run of a network computes.
 *
 * @throws Error if the graph contains anything that these networks do not have.
 */
export function countNetwork(graph: OnnxGraph): CountedNetwork {
  const scales = gridScales(graph);
  const pixelsOf = (name: string): number => (INPUT_SIDE_PX * (scales.get(name) ?? 1)) ** 2;
  const run = { parameters: 0, macs: 0 };
  const trained = { parameters: 0, macs: 0 };
  for (const { convolution, nextShuffle } of readConvolutions(graph)) {
    const { kernel, bias, output } = convolution;
    const channels = bias?.data.length ?? 0;
    run.parameters += kernel.data.length + channels;
    run.macs += kernel.data.length * pixelsOf(output);
    const trainedWeights = countTrainedWeights(convolution, nextShuffle);
    const trainedPixels = trainedWeights === kernel.data.length ? 1 : nextShuffle ** 2;
    trained.parameters += trainedWeights + 2 * channels;
    trained.macs += (trainedWeights * trainedPixels + channels) * pixelsOf(output);
  }
  for (const { type, outputs } of graph.operators) {
    if (type !== 'DepthToSpace') continue;
    trained.parameters += 1;
    trained.macs += pixelsOf(outputs[0] ?? '');
  }
  return { ...run, scale: scales.get(graph.outputs[0] ?? '') ?? 1, trained };
}
