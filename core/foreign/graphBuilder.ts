import type { OnnxAttribute, OnnxConstant, OnnxGraph, OnnxNode } from '../onnx/onnxGraph.ts';
import type { Weights } from './stateDict.ts';

/** Names of the input and output images. */
export const INPUT_NAME = 'image';
export const OUTPUT_NAME = 'enlarged';

export interface ConvolutionOptions {
  /** Zeros added above, to the left, below, to the right. Without it the size is kept. */
  readonly pads?: readonly [number, number, number, number];
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  readonly groups?: number;
}

const FLOAT = 1;

/** Builds a graph node by node. Every method returns the name of the tensor that it makes. */
export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants: OnnxConstant[] = [];
  #count = 0;

  node(operator: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): string {
    const name = this.#newName();
    this.#nodes.push({ operator, inputs: [...inputs], outputs: [name], attributes });
    return name;
  }

  /** A node with more than one output. */
  nodes(
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute>,
    count: number,
  ): string[] {
    const outputs = Array.from({ length: count }, () => this.#newName());
    this.#nodes.push({ operator, inputs, outputs, attributes });
    return outputs;
  }

  #newName(): string {
    return `t${this.#count++}`;
  }

  /** Weights as they are in the file: 16 bits stay 16 bits and are widened when the network is loaded. */
  weights({ shape, data, halves }: Weights): string {
    const name = this.#newName();
    if (halves === undefined) {
      this.#constants.push({ name, dims: shape, data });
      return name;
    }
    this.#constants.push({ name, dims: shape, data: { type: 'float16', bytes: halves } });
    return this.node('Cast', [name], { to: FLOAT });
  }

  numbers(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.weights({ shape: dims, data: Float32Array.from(values) });
  }

  /** One value for each channel of an image. */
  perChannel(values: Weights | readonly number[]): string {
    const { data } = Array.isArray(values)
      ? { data: Float32Array.from(values as number[]) }
      : (values as Weights);
    return this.weights({ shape: [data.length, 1, 1], data });
  }

  integers(values: readonly number[]): string {
    const name = this.#newName();
    this.#constants.push({ name, dims: [values.length], data: BigInt64Array.from(values, BigInt) });
    return name;
  }

  convolution(input: string, kernel: Weights, bias?: Weights, options: ConvolutionOptions = {}): string {
    const [height = 1, width = 1] = kernel.shape.slice(2);
    const [down, across] = options.dilations ?? [1, 1];
    const [padY, padX] = [((height - 1) * down) >> 1, ((width - 1) * across) >> 1];
    const inputs = [input, this.weights(kernel), ...(bias === undefined ? [] : [this.weights(bias)])];
    return this.node('Conv', inputs, {
      kernel_shape: [height, width],
      pads: options.pads ?? [padY, padX, padY, padX],
      strides: options.strides ?? [1, 1],
      dilations: options.dilations ?? [1, 1],
      group: options.groups ?? 1,
    });
  }

  leakyRelu(input: string, slope: number): string {
    return this.node('LeakyRelu', [input], { alpha: { float: slope } });
  }

  prelu(input: string, slopes: Weights): string {
    return this.node('PRelu', [input, this.perChannel(slopes)]);
  }

  add(...inputs: readonly [string, ...string[]]): string {
    return inputs.reduce((sum, next) => this.node('Add', [sum, next]));
  }

  scaled(input: string, factor: number): string {
    return factor === 1 ? input : this.node('Mul', [input, this.numbers([factor], [])]);
  }

  silu(input: string): string {
    return this.node('Mul', [input, this.node('Sigmoid', [input])]);
  }

  mish(input: string): string {
    return this.node('Mul', [input, this.node('Tanh', [this.node('Softplus', [input])])]);
  }

  concat(inputs: readonly string[]): string {
    const [first] = inputs;
    return inputs.length === 1 && first !== undefined ? first : this.node('Concat', inputs, { axis: 1 });
  }

  /** PyTorch's pixel shuffle: channel by channel, its sub-pixels together. */
  pixelShuffle(input: string, factor: number): string {
    return factor === 1 ? input : this.node('DepthToSpace', [input], { blocksize: factor, mode: 'CRD' });
  }

  /** Each `factor` × `factor` pixels become channels, one channel of the image after the other, as in PyTorch. */
  pixelUnshuffle(input: string, factor: number, channels: number): string {
    if (factor === 1) return input;
    // ONNX orders sub-pixels first; a choice of rows brings PyTorch's order.
    const blocks = this.node('SpaceToDepth', [input], { blocksize: factor });
    const order = Array.from({ length: channels * factor ** 2 }, (_, index) => {
      const [channel, subPixel] = [Math.floor(index / factor ** 2), index % factor ** 2];
      return subPixel * channels + channel;
    });
    return this.node('Gather', [blocks, this.integers(order)], { axis: 1 });
  }

  /** Normalises each group of channels over the whole image. */
  groupNormalised(input: string, groups: number, epsilon: number): string {
    const shape = this.node('Shape', [input]);
    const grouped = this.node('Reshape', [input, this.integers([0, groups, -1])]);
    const [ones, zeros] = [1, 0].map((value) => this.numbers(Array.from({ length: groups }, () => value)));
    const normal = this.node('InstanceNormalization', [grouped, ones ?? '', zeros ?? ''], {
      epsilon: { float: epsilon },
    });
    return this.node('Reshape', [normal, shape]);
  }

  nearest(input: string, down: number, across = down): string {
    const scales = this.numbers([1, 1, down, across]);
    return this.node('Resize', [input, '', scales], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  }

  /** @param output The output tensor; it gets the name that all our networks have. */
  finish(output: string): OnnxGraph {
    return {
      nodes: [...this.#nodes, { operator: 'Identity', inputs: [output], outputs: [OUTPUT_NAME] }],
      constants: this.#constants,
      input: { name: INPUT_NAME, dims: ['batch', 3, 'height', 'width'] },
      output: { name: OUTPUT_NAME, dims: ['batch', 3, 'enlarged height', 'enlarged width'] },
    };
  }
}
