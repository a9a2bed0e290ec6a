import type { OnnxConstant, OnnxGraph, OnnxNode } from '../onnx/onnxGraph.ts';

/** ONNX Runtime keeps channels in blocks of 8 or 16, by processor; tensors with other numbers are not blocked. */
const BLOCK_CHANNELS = 16;

/** Operators whose output has as many channels as their first input. */
const KEEPS_CHANNELS = new Set(
  'LeakyRelu Relu PRelu Sigmoid Tanh Clip Identity Dropout Resize Upsample Elu Softplus Mish'.split(' '),
);
const JOINS_ALIKE = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** The one number that a constant contains; undefined for others and for other types than 32-bit floats. */
function scalarOf(constant: OnnxConstant | undefined): number | undefined {
  if (constant === undefined || constant.dims.some((side) => side !== 1)) return undefined;
  const { data } = constant;
  if (data instanceof Float32Array) return data[0];
  if (!('bytes' in data) || data.type !== 'float32') return undefined;
  return new DataView(data.bytes.buffer, data.bytes.byteOffset, 4).getFloat32(0, true);
}

class ChannelCounter {
  readonly #constants: ReadonlyMap<string, OnnxConstant>;
  readonly #makers = new Map<string, OnnxNode>();
  readonly #channels = new Map<string, number | undefined>();

  constructor({ constants, nodes }: OnnxGraph) {
    this.#constants = new Map(constants.map((constant) => [constant.name, constant]));
    for (const node of nodes) {
      const [output = ''] = node.outputs;
      this.#makers.set(output, node);
      this.#channels.set(output, this.#count(node));
    }
  }

  /** Channels of an image within the network; undefined if the graph does not show it. */
  channelsOf(tensor: string): number | undefined {
    return this.#channels.get(tensor);
  }

  isOfConvolution(tensor: string): boolean {
    return this.#makers.get(tensor)?.operator === 'Conv';
  }

  /** A product with a single number, and its other factor. */
  scaling({ operator, inputs }: OnnxNode): { readonly tensor: string; readonly factor: number } | undefined {
    if (operator !== 'Mul' || inputs.length !== 2) return undefined;
    const [first = '', second = ''] = inputs;
    for (const [tensor, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const factor = scalarOf(this.#constants.get(other));
      if (factor !== undefined) return { tensor, factor };
    }
    return undefined;
  }

  /** A stored tensor, also if it is stored as 16-bit numbers and converted. */
  #stored(name: string): OnnxConstant | undefined {
    const maker = this.#makers.get(name);
    return this.#constants.get(maker?.operator === 'Cast' ? (maker.inputs[0] ?? '') : name);
  }

  #count(node: OnnxNode): number | undefined {
    const { operator, inputs } = node;
    const [first = '', second = ''] = inputs;
    if (operator === 'Conv') {
      const dims = this.#stored(second)?.dims;
      return dims?.length === 4 ? dims[0] : undefined;
    }
    if (KEEPS_CHANNELS.has(operator)) return this.#channels.get(first);
    const scaled = this.scaling(node);
    if (scaled !== undefined) return this.#channels.get(scaled.tensor);
    const counts = inputs.map((input) => this.#channels.get(input));
    const known = counts.filter((count) => count !== undefined);
    if (known.length < counts.length) return undefined;
    if (operator === 'Concat' && node.attributes?.['axis'] === 1) {
      return known.reduce((sum, count) => sum + count, 0);
    }
    return JOINS_ALIKE.has(operator) && known.every((count) => count === known[0]) ? known[0] : undefined;
  }
}

/**
 * Multiplies by a number with a convolution of one pixel for each channel, which gives the same values. ONNX Runtime
 * keeps images in blocks of channels between convolutions, but not across a product with a single number: it takes them
 * apart before it and puts them together after it, and joins what is left unblocked by copying. A product that directly
 * follows a convolution is kept: it is folded into its weights on loading.
 */
export function scaleByChannel(graph: OnnxGraph): OnnxGraph {
  const counter = new ChannelCounter(graph);
  const factors: OnnxConstant[] = [];
  const nodes = graph.nodes.map((node): OnnxNode => {
    const scaling = counter.scaling(node);
    const channels = scaling && counter.channelsOf(scaling.tensor);
    if (scaling === undefined || channels === undefined || channels % BLOCK_CHANNELS !== 0) return node;
    if (counter.isOfConvolution(scaling.tensor)) return node;
    const name = `${node.outputs[0] ?? ''}_factors`;
    factors.push({
      name,
      dims: [channels, 1, 1, 1],
      data: new Float32Array(channels).fill(scaling.factor),
    });
    return {
      operator: 'Conv',
      inputs: [scaling.tensor, name],
      outputs: node.outputs,
      attributes: { group: channels, kernel_shape: [1, 1] },
    };
  });
  return factors.length === 0 ? graph : { ...graph, nodes, constants: [...graph.constants, ...factors] };
}
