import { InferenceSession, Tensor } from './onnxLoader.ts';
import type { OnnxGraph, OnnxNode } from '../onnx/onnxGraph.ts';
import { writeOnnx } from '../onnx/writeOnnx.ts';
import { sessionOptions } from './onnxRuntime.ts';

/** A stack of convolutions that is limited by arithmetic alone: an upper bound for networks on this machine. */
export interface ConvolutionPeak {
  /** Multiply-accumulates of one run. */
  readonly macs: number;
  /** Runs the stack once. */
  run(): Promise<void>;
  dispose(): Promise<void>;
}

const CHANNELS = 64;
const KERNEL_PX = 3;
const LAYERS = 8;

/** Small enough for the data to stay in the caches, large enough for every thread to have its share. */
const SIDE_PX = 128;

const WEIGHTS_PER_LAYER = CHANNELS * CHANNELS * KERNEL_PX * KERNEL_PX;

/** Preserves the mean of its input, so that values can neither vanish nor grow out of range. */
const WEIGHT = 1 / (CHANNELS * KERNEL_PX * KERNEL_PX);

/** Every layer has separate weights, as in a network; the engine generates them, so that the file stays tiny. */
function layerNodes(layer: number): OnnxNode[] {
  return [
    {
      operator: 'ConstantOfShape',
      inputs: ['weightShape'],
      outputs: [`weights${layer}`],
      attributes: { value: { name: 'value', dims: [1], data: new Float32Array([WEIGHT]) } },
    },
    {
      operator: 'Conv',
      inputs: [`features${layer}`, `weights${layer}`],
      outputs: [`features${layer + 1}`],
      attributes: { pads: [1, 1, 1, 1] },
    },
  ];
}

function stack(): OnnxGraph {
  const dims = [1, CHANNELS, SIDE_PX, SIDE_PX];
  const shape = [CHANNELS, CHANNELS, KERNEL_PX, KERNEL_PX];
  return {
    nodes: Array.from({ length: LAYERS }, (_, layer) => layerNodes(layer)).flat(),
    constants: [{ name: 'weightShape', dims: [4], data: BigInt64Array.from(shape, BigInt) }],
    input: { name: 'features0', dims },
    output: { name: `features${LAYERS}`, dims },
  };
}

/**
 * Loads a stack of 64 → 64 convolutions of 3 × 3 on the processor, with the settings that networks are loaded with.
 *
 * @param threads Processor threads for one run.
 */
export async function loadConvolutionPeak(threads: number): Promise<ConvolutionPeak> {
  const session = await InferenceSession.create(writeOnnx(stack()), sessionOptions('cpu', threads));
  const data = new Float32Array(CHANNELS * SIDE_PX * SIDE_PX).fill(0.5);
  const features0 = new Tensor('float32', data, [1, CHANNELS, SIDE_PX, SIDE_PX]);
  return {
    macs: LAYERS * WEIGHTS_PER_LAYER * SIDE_PX * SIDE_PX,
    run: async () => {
      await session.run({ features0 });
    },
    dispose: () => session.release(),
  };
}
