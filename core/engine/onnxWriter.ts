/**
 * Writes small ONNX files: graphs that measure a machine or that stand for a network in tests. An ONNX file is one
 * protocol buffer message; the field numbers below are those of onnx.proto3 (ONNX 1.16, IR version 8).
 */

/** Constants of a graph: float32, or int64 for shapes. */
export interface OnnxConstant {
  readonly name: string;
  /** Sizes of the axes; empty for a single number. */
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** A whole number, a list of them, a text, or a tensor: what the operators that are needed here take. */
export type OnnxAttribute = number | readonly number[] | string | OnnxConstant;

export interface OnnxNode {
  /** Name of the operator, e.g. `Conv`. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A float32 input or output; a text in place of an axis' size leaves it open. */
export interface OnnxValue {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly input: OnnxValue;
  readonly output: OnnxValue;
}

const MODEL = { irVersion: 1, producerName: 2, graph: 7, opsetImport: 8 };
const OPSET = { version: 2 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, integer: 3, text: 4, tensor: 5, integers: 8, type: 20 };
const ATTRIBUTE_TYPE = { integer: 2, text: 3, tensor: 4, integers: 7 };
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const DATA_TYPE = { float: 1, int64: 7 };
const VALUE = { name: 1, type: 2 };
const TYPE = { tensor: 1 };
const TENSOR_TYPE = { elementType: 1, shape: 2 };
const SHAPE = { axis: 1 };
const AXIS = { size: 1, name: 2 };

const IR_VERSION = 8;
const OPSET_VERSION = 17;

/** The two ways of protocol buffers to store a field that occur here. */
const WIRE = { varint: 0, bytes: 2 };

function varint(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no whole number from 0.`);
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

function numberField(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8 + WIRE.varint), varint(value)]);
}

function bytesField(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(field * 8 + WIRE.bytes), varint(bytes.length), bytes]);
}

function textField(field: number, text: string): Buffer {
  return bytesField(field, Buffer.from(text, 'utf8'));
}

function messageField(field: number, ...parts: readonly Buffer[]): Buffer {
  return bytesField(field, Buffer.concat(parts));
}

/** ONNX stores raw values with the lowest byte first, as every platform that Node runs on does. */
function tensorParts({ name, dims, data }: OnnxConstant): Buffer[] {
  return [
    ...dims.map((size) => numberField(TENSOR.dims, size)),
    numberField(TENSOR.dataType, data instanceof Float32Array ? DATA_TYPE.float : DATA_TYPE.int64),
    textField(TENSOR.name, name),
    bytesField(TENSOR.rawData, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

function attributeParts(value: OnnxAttribute): Buffer[] {
  if (typeof value === 'number') {
    return [numberField(ATTRIBUTE.integer, value), numberField(ATTRIBUTE.type, ATTRIBUTE_TYPE.integer)];
  }
  if (typeof value === 'string') {
    return [textField(ATTRIBUTE.text, value), numberField(ATTRIBUTE.type, ATTRIBUTE_TYPE.text)];
  }
  if ('data' in value) {
    return [
      messageField(ATTRIBUTE.tensor, ...tensorParts(value)),
      numberField(ATTRIBUTE.type, ATTRIBUTE_TYPE.tensor),
    ];
  }
  return [
    ...value.map((each) => numberField(ATTRIBUTE.integers, each)),
    numberField(ATTRIBUTE.type, ATTRIBUTE_TYPE.integers),
  ];
}

function nodeParts({ operator, inputs, outputs, attributes = {} }: OnnxNode): Buffer[] {
  return [
    ...inputs.map((name) => textField(NODE.input, name)),
    ...outputs.map((name) => textField(NODE.output, name)),
    textField(NODE.operator, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      messageField(NODE.attribute, textField(ATTRIBUTE.name, name), ...attributeParts(value)),
    ),
  ];
}

function valueParts({ name, dims }: OnnxValue): Buffer[] {
  const axes = dims.map((axis) =>
    messageField(
      SHAPE.axis,
      typeof axis === 'number' ? numberField(AXIS.size, axis) : textField(AXIS.name, axis),
    ),
  );
  const tensorType = messageField(
    TYPE.tensor,
    numberField(TENSOR_TYPE.elementType, DATA_TYPE.float),
    messageField(TENSOR_TYPE.shape, ...axes),
  );
  return [textField(VALUE.name, name), messageField(VALUE.type, tensorType)];
}

/**
 * @param graph Nodes in an order in which each finds its inputs made.
 * @returns The bytes of an `.onnx` file.
 */
export function writeOnnx({ nodes, constants, input, output }: OnnxGraph): Buffer {
  return Buffer.concat([
    numberField(MODEL.irVersion, IR_VERSION),
    textField(MODEL.producerName, 'enlarger'),
    messageField(
      MODEL.graph,
      ...nodes.map((node) => messageField(GRAPH.node, ...nodeParts(node))),
      textField(GRAPH.name, 'graph'),
      ...constants.map((constant) => messageField(GRAPH.initializer, ...tensorParts(constant))),
      messageField(GRAPH.input, ...valueParts(input)),
      messageField(GRAPH.output, ...valueParts(output)),
    ),
    messageField(MODEL.opsetImport, numberField(OPSET.version, OPSET_VERSION)),
  ]);
}
