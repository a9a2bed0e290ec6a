/**
 * The little of an ONNX file that the tests count: its operators and the shapes of its weights. Reads the protocol
 * buffer directly, so that the figures come from the shipped bytes and not from an engine's view of them.
 */

export interface OnnxWeights {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface OnnxOperator {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface OnnxGraph {
  readonly operators: readonly OnnxOperator[];
  readonly weights: ReadonlyMap<string, OnnxWeights>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** One field of a protocol buffer message: a number, or the bytes of a string, an array or a nested message. */
interface Field {
  readonly id: number;
  readonly number: number;
  readonly bytes: Buffer;
}

const NO_BYTES = Buffer.alloc(0);

/** Field numbers of onnx.proto3. */
const MODEL_GRAPH = 7;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, type: 4 };
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const VALUE_NAME = 1;
const FLOAT = 1;

function readVarint(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  let factor = 1;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes.readUInt8(at);
    value += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new Error('the file ends inside a number');
}

function readFields(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const id = Math.floor(tag.value / 8);
    const wireType = tag.value % 8;
    if (wireType === 0) {
      const { value, end } = readVarint(bytes, tag.end);
      fields.push({ id, number: value, bytes: NO_BYTES });
      at = end;
    } else if (wireType === 2) {
      const { value: length, end } = readVarint(bytes, tag.end);
      fields.push({ id, number: length, bytes: bytes.subarray(end, end + length) });
      at = end + length;
    } else {
      // Fixed-size numbers: present in attributes, of no interest here.
      at = tag.end + (wireType === 5 ? 4 : 8);
    }
  }
  return fields;
}

function textsOf(fields: readonly Field[], id: number): string[] {
  return fields.filter((field) => field.id === id).map(({ bytes }) => bytes.toString('utf8'));
}

/** Dimensions come as one packed array or as one field each. */
function readShape(fields: readonly Field[]): number[] {
  return fields
    .filter(({ id }) => id === TENSOR.dims)
    .flatMap(({ number, bytes }) => {
      if (bytes.length === 0) return [number];
      const shape: number[] = [];
      for (let at = 0; at < bytes.length;) {
        const { value, end } = readVarint(bytes, at);
        shape.push(value);
        at = end;
      }
      return shape;
    });
}

function readWeights(message: Buffer): OnnxWeights {
  const fields = readFields(message);
  const name = textsOf(fields, TENSOR.name)[0] ?? '';
  if (fields.find(({ id }) => id === TENSOR.dataType)?.number !== FLOAT) {
    throw new Error(`weights ${name} are not float32`);
  }
  const raw = fields.find(({ id }) => id === TENSOR.rawData)?.bytes ?? NO_BYTES;
  const data = new Float32Array(raw.length / 4);
  data.forEach((_, index) => (data[index] = raw.readFloatLE(4 * index)));
  return { name, shape: readShape(fields), data };
}

function readOperator(message: Buffer): OnnxOperator {
  const fields = readFields(message);
  return {
    type: textsOf(fields, NODE.type)[0] ?? '',
    inputs: textsOf(fields, NODE.input),
    outputs: textsOf(fields, NODE.output),
  };
}

/**
 * @param model The bytes of an `.onnx` file whose weights are float32 and inside the file.
 * @throws Error on a file that is cut short or holds other weights.
 */
export function readOnnx(model: Buffer): OnnxGraph {
  const graph = readFields(model).find(({ id }) => id === MODEL_GRAPH);
  if (!graph) throw new Error('the file holds no graph');
  const fields = readFields(graph.bytes);
  const messages = (id: number): Buffer[] =>
    fields.filter((field) => field.id === id).map(({ bytes }) => bytes);
  const names = (id: number): string[] =>
    messages(id).map((message) => textsOf(readFields(message), VALUE_NAME)[0] ?? '');
  return {
    operators: messages(GRAPH.node).map(readOperator),
    weights: new Map(
      messages(GRAPH.initializer)
        .map(readWeights)
        .map((weights) => [weights.name, weights]),
    ),
    inputs: names(GRAPH.input),
    outputs: names(GRAPH.output),
  };
}
