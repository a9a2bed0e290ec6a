import type { OnnxConstant, OnnxNode } from '../onnx/onnxGraph.ts';
import {
  floatAttribute,
  floatsOf,
  integerAttribute,
  integersAttribute,
  integersOf,
  storedTensor,
  textAttribute,
} from '../onnx/onnxValues.ts';
import { FormatError } from '../onnx/protocolBuffer.ts';
import { readOnnx, type OnnxFile } from '../onnx/readOnnx.ts';
import { CHANNELS_LAST, integerList, TensorFlowGraph, text } from './tensorflowGraph.ts';

/** In ONNX the channel axis is second, in TensorFlow last. */
const CHANNEL_AXIS = 1;
const LAST_AXIS = 3;
const TO_CHANNELS_LAST = [0, 2, 3, 1];
const TO_PLANES = [0, 3, 1, 2];
const IMAGE_CHANNELS = 3;

/** Operators that work value by value. */
const UNARY: Readonly<Record<string, string>> = {
  Relu: 'Relu',
  Sigmoid: 'Sigmoid',
  Tanh: 'Tanh',
  Softplus: 'Softplus',
  Erf: 'Erf',
  Sqrt: 'Sqrt',
  Identity: 'Identity',
};
const BINARY: Readonly<Record<string, string>> = { Add: 'AddV2', Sub: 'Sub', Mul: 'Mul', Div: 'RealDiv' };
const LEAKY_SLOPE = 0.01;

/** Operators that give a constant another name; weights of 16 bits are widened when they are read. */
const CONSTANT_OPERATORS = new Set(['Constant', 'Cast', 'Identity']);

/** A tensor of the converted graph. */
interface Planes {
  readonly name: string;
  readonly channels: number;
}

/** Filters as TensorFlow stores them: rows · columns · channels · filters; of one channel, rows · columns · filters · 1. */
function channelsLast(values: Float32Array, dims: readonly number[], isDepthwise: boolean): Float32Array {
  const [filters = 0, channels = 0, rows = 0, columns = 0] = dims;
  const taps = rows * columns;
  return values.map((_, index) => {
    const [outer, inner] = isDepthwise ? [1, filters] : [channels, filters];
    const filter = index % inner;
    const channel = Math.floor(index / inner) % outer;
    const tap = Math.floor(index / (inner * outer));
    return values[(filter * channels + channel) * taps + tap] ?? 0;
  });
}

/** Translates one network, node by node; create one for each. */
class Conversion {
  readonly #graph = new TensorFlowGraph();
  readonly #nodes: readonly OnnxNode[];
  readonly #constants: Map<string, OnnxConstant>;
  readonly #planes = new Map<string, Planes>();

  constructor({ nodes, constants }: Pick<OnnxFile, 'nodes' | 'constants'>) {
    this.#nodes = nodes;
    this.#constants = new Map(constants.map((constant) => [constant.name, constant]));
  }

  run(input: string, output: string): ReadonlyMap<string, Uint8Array> {
    const image = this.#graph.transposed(this.#graph.input(input), TO_CHANNELS_LAST);
    this.#planes.set(input, { name: image, channels: IMAGE_CHANNELS });
    for (const node of this.#nodes) this.#translate(node);
    this.#graph.transposed(this.#planesOf(output).name, TO_PLANES, output);
    return this.#graph.files(input, output);
  }

  #planesOf(name: string | undefined): Planes {
    const planes = this.#planes.get(name ?? '');
    if (planes === undefined)
      throw new FormatError(`it computes with ${String(name)}, which is not an image`);
    return planes;
  }

  #constantOf(name: string | undefined): OnnxConstant {
    const constant = this.#constants.get(name ?? '');
    if (constant === undefined)
      throw new FormatError(`it computes ${String(name)}, which has to be constant`);
    return constant;
  }

  #translate(node: OnnxNode): void {
    const [output = ''] = node.outputs;
    const constant = storedTensor(node) ?? this.#constants.get(node.inputs[0] ?? '');
    if (constant !== undefined && CONSTANT_OPERATORS.has(node.operator)) {
      this.#constants.set(output, { ...constant, name: output });
    } else if (node.operator === 'Split') this.#split(node);
    else this.#planes.set(output, this.#single(node));
  }

  /** An operator with one output. */
  #single(node: OnnxNode): Planes {
    const { operator, inputs } = node;
    const [unary, binary] = [UNARY[operator], BINARY[operator]];
    if (unary !== undefined) return this.#same(unary, this.#planesOf(inputs[0]));
    if (binary !== undefined) return this.#binary(node, binary);
    switch (operator) {
      case 'Concat':
        return this.#joined(node);
      case 'LeakyRelu':
        return this.#leakyRelu(node);
      case 'PRelu':
        return this.#binary(node, 'Prelu');
      case 'Conv':
        return this.#convolution(node, this.#planesOf(inputs[0]));
      case 'DepthToSpace':
        return this.#depthToSpace(node, this.#planesOf(inputs[0]));
      case 'SpaceToDepth':
        return this.#spaceToDepth(this.#planesOf(inputs[0]), integerAttribute(node, 'blocksize', 1));
      case 'Gather':
        this.#assertChannels(integerAttribute(node, 'axis', 0));
        return this.#chosen(this.#planesOf(inputs[0]), integersOf(this.#constantOf(inputs[1])));
      case 'Resize':
        return this.#nearest(node, this.#planesOf(inputs[0]));
      default:
        throw new FormatError(`it contains the operator ${operator}`);
    }
  }

  #leakyRelu(node: OnnxNode): Planes {
    const alpha = { f: floatAttribute(node, 'alpha', LEAKY_SLOPE) };
    return this.#same('LeakyRelu', this.#planesOf(node.inputs[0]), { alpha });
  }

  #same(op: string, source: Planes, attributes = {}): Planes {
    return { ...source, name: this.#graph.node(op, [source.name], attributes) };
  }

  #binary({ inputs }: OnnxNode, op: string): Planes {
    const channels = inputs.map((name) => this.#planes.get(name)?.channels ?? 1);
    const name = this.#graph.node(
      op,
      inputs.map((input) => this.#operand(input)),
    );
    return { name, channels: Math.max(...channels) };
  }

  /** An image, a single number, or one number for each channel. */
  #operand(name: string | undefined): string {
    const constant = this.#constants.get(name ?? '');
    if (constant === undefined) return this.#planesOf(name).name;
    const values = floatsOf(constant);
    if (values.length === 1) return this.#graph.floats(values, []);
    if (values.length === constant.dims.at(-LAST_AXIS)) return this.#graph.floats(values, [values.length]);
    throw new FormatError(`it computes with constants of ${constant.dims.join(' × ')}`);
  }

  #assertChannels(axis: number): void {
    if (axis !== CHANNEL_AXIS && axis !== -LAST_AXIS)
      throw new FormatError('it joins or divides images in their plane');
  }

  #joined(node: OnnxNode): Planes {
    this.#assertChannels(integerAttribute(node, 'axis', 0));
    return this.#concatenated(node.inputs.map((name) => this.#planesOf(name)));
  }

  #concatenated(parts: readonly Planes[]): Planes {
    const inputs = [...parts.map(({ name }) => name), this.#graph.integers([LAST_AXIS], [])];
    const attributes = { N: { i: String(parts.length) }, Tidx: { type: 'DT_INT32' } };
    const channels = parts.reduce((sum, part) => sum + part.channels, 0);
    return { name: this.#graph.node('ConcatV2', inputs, attributes), channels };
  }

  #split(node: OnnxNode): void {
    this.#assertChannels(integerAttribute(node, 'axis', 0));
    const source = this.#planesOf(node.inputs[0]);
    const each = source.channels / node.outputs.length;
    const sizes =
      node.inputs[1] === undefined
        ? node.outputs.map(() => each)
        : integersOf(this.#constantOf(node.inputs[1]));
    let first = 0;
    for (const [index, output] of node.outputs.entries()) {
      const channels = sizes[index] ?? 0;
      const part = Array.from({ length: channels }, (_, offset) => first + offset);
      this.#planes.set(output, this.#chosen(source, part));
      first += channels;
    }
  }

  /** Some channels, in another order. */
  #chosen({ name }: Planes, order: readonly number[]): Planes {
    const inputs = [name, this.#graph.integers(order), this.#graph.integers([LAST_AXIS], [])];
    const attributes = { Tindices: { type: 'DT_INT32' }, Taxis: { type: 'DT_INT32' } };
    return { name: this.#graph.node('GatherV2', inputs, attributes), channels: order.length };
  }

  #convolution(node: OnnxNode, source: Planes): Planes {
    const kernel = this.#constantOf(node.inputs[1]);
    const [filters = 0, channels = 0, ...taps] = kernel.dims;
    const groups = integerAttribute(node, 'group', 1);
    const isDepthwise = groups > 1;
    if (taps.length !== 2 || (isDepthwise && (groups !== filters || channels !== 1))) {
      throw new FormatError('it contains a convolution in groups');
    }
    const values = channelsLast(floatsOf(kernel), kernel.dims, isDepthwise);
    const weights = this.#graph.floats(
      values,
      isDepthwise ? [...taps, filters, 1] : [...taps, channels, filters],
    );
    const [padded, padding] = this.#padded(node, source, taps);
    const product = this.#graph.node(isDepthwise ? 'DepthwiseConv2dNative' : 'Conv2D', [padded, weights], {
      strides: integerList([1, ...integersAttribute(node, 'strides', [1, 1]), 1]),
      dilations: integerList([1, ...integersAttribute(node, 'dilations', [1, 1]), 1]),
      padding: text(padding),
      data_format: CHANNELS_LAST,
    });
    if (!node.inputs[2]) return { name: product, channels: filters };
    const bias = this.#graph.floats(floatsOf(this.#constantOf(node.inputs[2])), [filters]);
    return {
      name: this.#graph.node('BiasAdd', [product, bias], { data_format: CHANNELS_LAST }),
      channels: filters,
    };
  }

  /** The input of a convolution, and TensorFlow's name for the padding that it adds itself. */
  #padded(node: OnnxNode, { name }: Planes, taps: readonly number[]): readonly [string, 'SAME' | 'VALID'] {
    const [top = 0, left = 0, bottom = 0, right = 0] = integersAttribute(node, 'pads', [0, 0, 0, 0]);
    if (Math.max(top, left, bottom, right) === 0) return [name, 'VALID'];
    const dilations = integersAttribute(node, 'dilations', [1, 1]);
    const [down, across] = taps.map((count, axis) => (count - 1) * (dilations[axis] ?? 1));
    const isCentred = top === bottom && left === right && 2 * top === down && 2 * left === across;
    // "SAME" counts from the right edge where a stride does not fit.
    const isDense = integersAttribute(node, 'strides', [1, 1]).every((stride) => stride === 1);
    if (isCentred && isDense) return [name, 'SAME'];
    const margins = this.#graph.integers([0, 0, top, bottom, left, right, 0, 0], [4, 2]);
    return [this.#graph.node('Pad', [name, margins], { Tpaddings: { type: 'DT_INT32' } }), 'VALID'];
  }

  #depthToSpace(node: OnnxNode, source: Planes): Planes {
    const factor = integerAttribute(node, 'blocksize', 1);
    if (textAttribute(node, 'mode', 'DCR') !== 'CRD') return this.#shuffled(source, factor);
    // TensorFlow groups channels by sub-pixel, PyTorch by colour.
    const colours = source.channels / factor ** 2;
    const order = Array.from({ length: source.channels }, (_, channel) => {
      return (channel % colours) * factor ** 2 + Math.floor(channel / colours);
    });
    return this.#shuffled(this.#chosen(source, order), factor);
  }

  #shuffled({ name, channels }: Planes, factor: number): Planes {
    const attributes = { block_size: { i: String(factor) }, data_format: CHANNELS_LAST };
    return { name: this.#graph.node('DepthToSpace', [name], attributes), channels: channels / factor ** 2 };
  }

  /** A convolution whose filters each pick one pixel of a block. */
  #spaceToDepth({ name, channels }: Planes, factor: number): Planes {
    const filters = channels * factor ** 2;
    const values = new Float32Array(filters * filters);
    for (let filter = 0; filter < filters; filter++) values[filter * filters + filter] = 1;
    const picks = this.#graph.floats(values, [factor, factor, channels, filters]);
    const product = this.#graph.node('Conv2D', [name, picks], {
      strides: integerList([1, factor, factor, 1]),
      dilations: integerList([1, 1, 1, 1]),
      padding: text('VALID'),
      data_format: CHANNELS_LAST,
    });
    return { name: product, channels: filters };
  }

  /** Repeats every pixel in a block. */
  #nearest(node: OnnxNode, source: Planes): Planes {
    const isPlain =
      textAttribute(node, 'mode', 'nearest') === 'nearest' &&
      textAttribute(node, 'coordinate_transformation_mode', 'half_pixel') === 'asymmetric' &&
      textAttribute(node, 'nearest_mode', 'round_prefer_floor') === 'floor';
    const scales = node.inputs[2] ? [...floatsOf(this.#constantOf(node.inputs[2]))] : [];
    const [, , down = 0, across] = scales;
    if (!isPlain || !Number.isInteger(down) || down < 1 || down !== across) {
      throw new FormatError('it resizes images in a way that TensorFlow.js does not have');
    }
    if (down === 1) return source;
    return this.#shuffled(this.#concatenated(Array.from({ length: down ** 2 }, () => source)), down);
  }
}

/**
 * Converts the ONNX file that the program made of an added network to a graph model of TensorFlow.js.
 *
 * @param names Of the input and output images.
 * @returns The model's files by name.
 * @throws FormatError with a clause that names what cannot be converted.
 */
export function convertToTensorFlow(
  onnx: Uint8Array,
  names: { readonly input: string; readonly output: string },
): ReadonlyMap<string, Uint8Array> {
  return new Conversion(readOnnx(onnx)).run(names.input, names.output);
}
