import { ELEMENT_BYTES, type OnnxConstant, type OnnxGraph, type OnnxNode } from '../onnx/onnxGraph.ts';
import { integersAttribute, storedTensor } from '../onnx/onnxValues.ts';
import { INPUT_NAME, OUTPUT_NAME } from './graphBuilder.ts';

/** How a tensor relates to the input image. */
interface Reach {
  /** Its pixels for each pixel of the input. */
  readonly scale: number;
  /** How far each of its pixels looks from its own place, in input pixels. */
  readonly radiusPx: number;
}

/** What can be known about a network without running it. */
export interface NetworkFigures {
  /** Values of all weights. */
  readonly parameters: number;
  /**
   * Multiply-accumulates with weights for an input of 64 × 64 pixels. Parts whose size cannot be followed count as
   * large as the input.
   */
  readonly macs: number;
  /** How far an output pixel looks; undefined if the graph does not show it, or if it looks at the whole image. */
  readonly radiusPx: number | undefined;
}

const COUNTED_PX = 64 * 64;

/** Operators that work value by value, or join tensors of one size value by value. */
const POINTWISE = new Set(
  (
    'Add Sub Mul Div Max Min Pow Relu LeakyRelu PRelu Elu Selu Sigmoid HardSigmoid HardSwish Tanh Clip Erf Sqrt Exp ' +
    'Abs Neg Softplus Softsign Mish Gelu QuickGelu Identity Cast Dropout Round Floor Ceil Reciprocal Sum ' +
    'BatchNormalization'
  ).split(' '),
);

function sizeOf({ data }: OnnxConstant): number {
  return ArrayBuffer.isView(data) ? data.length : data.bytes.length / ELEMENT_BYTES[data.type];
}

class ReachFinder {
  readonly #constants: ReadonlyMap<string, OnnxConstant>;
  readonly #reaches = new Map<string, Reach | undefined>([[INPUT_NAME, { scale: 1, radiusPx: 0 }]]);
  /** Tensors that depend on the image, followed or not. */
  readonly #images = new Set([INPUT_NAME]);
  macs = 0;

  constructor({ constants, nodes }: OnnxGraph) {
    const stored = new Map(constants.map((each) => [each.name, each]));
    // Weights of 16 bits are widened first.
    for (const node of nodes) {
      const { operator, inputs, outputs } = node;
      const isCopy = operator === 'Cast' || operator === 'Identity';
      const value = storedTensor(node) ?? (isCopy ? stored.get(inputs[0] ?? '') : undefined);
      if (value !== undefined && outputs[0] !== undefined) stored.set(outputs[0], value);
    }
    this.#constants = stored;
  }

  get output(): Reach | undefined {
    return this.#reaches.get(OUTPUT_NAME);
  }

  visit(node: OnnxNode): void {
    const images = node.inputs.filter((name) => this.#images.has(name));
    // A tensor's size does not depend on its values.
    if (images.length === 0 || node.operator === 'Shape') return;
    for (const output of node.outputs) this.#images.add(output);
    const reaches = images.map((name) => this.#reaches.get(name));
    const source = joined(reaches);
    const made = source === undefined ? undefined : this.#through(node, source);
    this.#count(node, made);
    for (const output of node.outputs) this.#reaches.set(output, made);
  }

  #count({ operator, inputs }: OnnxNode, made: Reach | undefined): void {
    if (!['Conv', 'ConvTranspose', 'MatMul', 'Gemm'].includes(operator)) return;
    const scale = made?.scale ?? 1;
    const isUp = operator === 'ConvTranspose';
    const sizes = inputs
      .slice(1, 2)
      .map((name) => this.#constants.get(name))
      .filter((each) => each !== undefined);
    for (const weights of sizes) {
      const pixels = COUNTED_PX * (isUp ? 1 : scale ** 2);
      this.macs += sizeOf(weights) * pixels;
    }
  }

  #through(node: OnnxNode, source: Reach): Reach | undefined {
    if (POINTWISE.has(node.operator)) return source;
    switch (node.operator) {
      case 'Conv':
      case 'MaxPool':
      case 'AveragePool':
        return this.#throughWindow(node, source);
      case 'ConvTranspose':
        return this.#throughTransposed(node, source);
      case 'DepthToSpace':
        return enlarged(source, integersAttribute(node, 'blocksize', [1])[0] ?? 1);
      case 'SpaceToDepth':
        return reduced(source, integersAttribute(node, 'blocksize', [1])[0] ?? 1);
      case 'Resize':
      case 'Upsample':
        return this.#throughResize(node, source);
      case 'Concat':
      case 'Split':
      case 'Gather':
        return integersAttribute(node, 'axis', [0])[0] === 1 ? source : undefined;
      case 'ReduceMean':
        return integersAttribute(node, 'axes', []).join() === '1' ? source : undefined;
      default:
        return undefined;
    }
  }

  #kernelSides(node: OnnxNode): readonly number[] | undefined {
    const sides =
      node.attributes?.['kernel_shape'] ?? this.#constants.get(node.inputs[1] ?? '')?.dims.slice(2);
    return Array.isArray(sides) ? (sides as readonly number[]) : undefined;
  }

  #throughWindow(node: OnnxNode, { scale, radiusPx }: Reach): Reach | undefined {
    const sides = this.#kernelSides(node);
    const strides = integersAttribute(node, 'strides', [1, 1]);
    const dilations = integersAttribute(node, 'dilations', [1, 1]);
    const pads = integersAttribute(node, 'pads', [0, 0, 0, 0]);
    const [stride = 1] = strides;
    if (
      sides?.length !== 2 ||
      strides.some((each) => each !== stride) ||
      node.attributes?.['auto_pad'] !== undefined
    ) {
      return undefined;
    }
    const lengths = sides.map((side, axis) => (side - 1) * (dilations[axis] ?? 1));
    // Without zeros around it the image shrinks, and its places shift.
    if (stride === 1 && lengths.some((length, axis) => (pads[axis] ?? 0) + (pads[axis + 2] ?? 0) !== length))
      return undefined;
    const farthest = Math.max(
      ...lengths.flatMap((length, axis) => [pads[axis] ?? 0, length - (pads[axis] ?? 0)]),
    );
    const seen = { scale, radiusPx: radiusPx + farthest / scale };
    return stride === 1 ? seen : reduced(seen, stride);
  }

  #throughTransposed(node: OnnxNode, { scale, radiusPx }: Reach): Reach | undefined {
    const sides = this.#kernelSides(node);
    const [stride = 1, other = stride] = integersAttribute(node, 'strides', [1, 1]);
    if (sides === undefined || stride !== other) return undefined;
    return enlarged({ scale, radiusPx: radiusPx + Math.ceil(Math.max(...sides) / stride) / scale }, stride);
  }

  #throughResize(node: OnnxNode, source: Reach): Reach | undefined {
    const scales = this.#constants.get(node.inputs[node.operator === 'Upsample' ? 1 : 2] ?? '');
    if (scales === undefined || scales.dims[0] !== 4) return undefined;
    const { data } = scales;
    const factors =
      data instanceof Float32Array
        ? data
        : !ArrayBuffer.isView(data) && data.type === 'float32'
          ? new Float32Array(new Uint8Array(data.bytes).buffer)
          : undefined;
    const [down = 0, across = 0] = factors?.slice(2) ?? [];
    if (down !== across || down <= 0) return undefined;
    const mode = node.attributes?.['mode'] ?? 'nearest';
    const neighbours = mode === 'nearest' ? 0 : mode === 'linear' ? 1 : mode === 'cubic' ? 2 : undefined;
    if (neighbours === undefined) return undefined;
    const seen = { ...source, radiusPx: source.radiusPx + neighbours / source.scale };
    return down >= 1 ? enlarged(seen, down) : reduced(seen, 1 / down);
  }
}

/** Small pixels are up to half a large one from its middle. */
function enlarged({ scale, radiusPx }: Reach, factor: number): Reach {
  return { scale: scale * factor, radiusPx: radiusPx + (1 - 1 / factor) / 2 / scale };
}

function reduced({ scale, radiusPx }: Reach, factor: number): Reach {
  return { scale: scale / factor, radiusPx: radiusPx + (factor - 1) / 2 / scale };
}

function joined(reaches: readonly (Reach | undefined)[]): Reach | undefined {
  const [first] = reaches;
  if (first === undefined || reaches.some((each) => each?.scale !== first.scale)) return undefined;
  return { scale: first.scale, radiusPx: Math.max(...reaches.map((each) => each?.radiusPx ?? 0)) };
}

/** Counts a network's weights and arithmetic, and finds how far it looks. */
export function figuresOf(graph: OnnxGraph): NetworkFigures {
  const finder = new ReachFinder(graph);
  for (const node of graph.nodes) finder.visit(node);
  const isWeights = ({ data }: OnnxConstant): boolean => {
    if (ArrayBuffer.isView(data)) return data instanceof Float32Array;
    return ['float32', 'float16', 'float64', 'bfloat16'].includes(data.type);
  };
  const parameters = graph.constants.filter(isWeights).reduce((sum, each) => sum + sizeOf(each), 0);
  return { parameters, macs: Math.round(finder.macs), radiusPx: finder.output?.radiusPx };
}
