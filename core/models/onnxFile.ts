/**
 * Reads only the parts of an ONNX file that are counted: its operators and its weights. The file is read directly, so that
 * the figures come from the shipped bytes and not from an engine's view of them.
 */
import { readOnnx as readOnnxFile } from '../onnx/readOnnx.ts';
import type { OnnxAttribute, OnnxConstant, OnnxNode } from '../onnx/onnxGraph.ts';

/** A float32 tensor stored in the file. */
export interface OnnxWeights {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Where the values begin in the file; four bytes each, little-endian, at any offset. */
  readonly byteOffset: number;
}

/** An operator's attributes: integers (a single one is a list of one) and strings. */
export interface OnnxSettings {
  readonly numbers: ReadonlyMap<string, readonly number[]>;
  readonly texts: ReadonlyMap<string, string>;
}

export interface OnnxOperator extends OnnxSettings {
  /** E.g. `Conv`. */
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A network as stored in the file, operators in the order in which they run. */
export interface OnnxGraph {
  readonly operators: readonly OnnxOperator[];
  readonly weights: ReadonlyMap<string, OnnxWeights>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

function readWeights({ name, dims, data }: OnnxConstant, file: Uint8Array): OnnxWeights {
  if (ArrayBuffer.isView(data)) throw new TypeError('Weights in a file are bytes.');
  const { type, bytes } = data;
  if (type !== 'float32') throw new Error(`the weights ${name} are not float32 but of type ${type}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / 4);
  for (let index = 0; index < values.length; index++) values[index] = view.getFloat32(4 * index, true);
  return { name, shape: dims, data: values, byteOffset: bytes.byteOffset - file.byteOffset };
}

function wholeNumbers(value: OnnxAttribute): readonly number[] | undefined {
  if (typeof value === 'number') return [value];
  return Array.isArray(value) ? (value as readonly number[]) : undefined;
}

function readOperator({ operator, inputs, outputs, attributes = {} }: OnnxNode): OnnxOperator {
  const numbers = new Map<string, readonly number[]>();
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(attributes)) {
    const whole = wholeNumbers(value);
    if (whole !== undefined) numbers.set(name, whole);
    if (typeof value === 'string') texts.set(name, value);
  }
  return { type: operator, inputs, outputs, numbers, texts };
}

/**
 * @param model The bytes of an `.onnx` file whose weights are float32 and inside the file.
 * @throws Error on a file that is cut short or contains other weights.
 */
export function readOnnx(model: Uint8Array): OnnxGraph {
  const { nodes, constants, inputs, outputs } = readOnnxFile(model);
  const weights = constants.map((each) => readWeights(each, model));
  return {
    operators: nodes.map(readOperator),
    weights: new Map(weights.map((each) => [each.name, each])),
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.map(({ name }) => name),
  };
}
