/**
 * Reads the little of an ONNX file that is counted: its operators and its weights. The file is one protocol buffer
 * message and is read directly, so that the figures come from the shipped bytes and not from an engine's view of them.
 */

/** A float32 tensor stored in the file. */
export interface OnnxWeights {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Where the values begin in the file; four bytes each, the lowest first, at any offset. */
  readonly byteOffset: number;
}

/** An operator's settings: whole numbers (a single one is a list of one) and texts. */
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

/** A network as it lies in the file, operators in the order in which they run. */
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
const NODE = { input: 1, output: 2, type: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, integer: 3, text: 4, integers: 8 };
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const VALUE_NAME = 1;
const FLOAT = 1;
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };

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
    if (wireType === WIRE.varint) {
      const { value, end } = readVarint(bytes, tag.end);
      fields.push({ id, number: value, bytes: NO_BYTES });
      at = end;
    } else if (wireType === WIRE.bytes) {
      const { value: length, end } = readVarint(bytes, tag.end);
      if (end + length > bytes.length) throw new Error('the file ends inside a field');
      fields.push({ id, number: length, bytes: bytes.subarray(end, end + length) });
      at = end + length;
    } else if (wireType === WIRE.fixed32 || wireType === WIRE.fixed64) {
      // Decimal numbers of attributes, of no interest here.
      at = tag.end + (wireType === WIRE.fixed32 ? 4 : 8);
    } else {
      throw new Error('the file is no protocol buffer');
    }
  }
  return fields;
}

function textsOf(fields: readonly Field[], id: number): string[] {
  return fields.filter((field) => field.id === id).map(({ bytes }) => bytes.toString('utf8'));
}

/** A repeated number: one field each, or all of them packed into one. */
function numbersOf(fields: readonly Field[], id: number): number[] {
  return fields
    .filter((field) => field.id === id)
    .flatMap(({ number, bytes }) => {
      if (bytes.length === 0) return [number];
      const packed: number[] = [];
      for (let at = 0; at < bytes.length;) {
        const { value, end } = readVarint(bytes, at);
        packed.push(value);
        at = end;
      }
      return packed;
    });
}

function readWeights(message: Buffer, file: Uint8Array): OnnxWeights {
  const fields = readFields(message);
  const name = textsOf(fields, TENSOR.name)[0] ?? '';
  const type = numbersOf(fields, TENSOR.dataType)[0];
  if (type !== FLOAT) throw new Error(`the weights ${name} are not float32 but of type ${type ?? 'unknown'}`);
  const raw = fields.find(({ id }) => id === TENSOR.rawData)?.bytes ?? NO_BYTES;
  const data = new Float32Array(raw.length / 4);
  for (let index = 0; index < data.length; index++) data[index] = raw.readFloatLE(4 * index);
  const byteOffset = raw.byteOffset - file.byteOffset;
  return { name, shape: numbersOf(fields, TENSOR.dims), data, byteOffset };
}

function readSettings(messages: readonly Buffer[]): OnnxSettings {
  const numbers = new Map<string, readonly number[]>();
  const texts = new Map<string, string>();
  for (const fields of messages.map(readFields)) {
    const name = textsOf(fields, ATTRIBUTE.name)[0] ?? '';
    const whole = [...numbersOf(fields, ATTRIBUTE.integer), ...numbersOf(fields, ATTRIBUTE.integers)];
    if (whole.length > 0) numbers.set(name, whole);
    const [text] = textsOf(fields, ATTRIBUTE.text);
    if (text !== undefined) texts.set(name, text);
  }
  return { numbers, texts };
}

function readOperator(message: Buffer): OnnxOperator {
  const fields = readFields(message);
  const attributes = fields.filter(({ id }) => id === NODE.attribute).map(({ bytes }) => bytes);
  return {
    type: textsOf(fields, NODE.type)[0] ?? '',
    inputs: textsOf(fields, NODE.input),
    outputs: textsOf(fields, NODE.output),
    ...readSettings(attributes),
  };
}

/**
 * @param model The bytes of an `.onnx` file whose weights are float32 and inside the file.
 * @throws Error on a file that is cut short or holds other weights.
 */
export function readOnnx(model: Uint8Array): OnnxGraph {
  const bytes = Buffer.from(model.buffer, model.byteOffset, model.byteLength);
  const graph = readFields(bytes).find(({ id }) => id === MODEL_GRAPH);
  if (!graph) throw new Error('the file holds no graph');
  const fields = readFields(graph.bytes);
  const messages = (id: number): Buffer[] =>
    fields.filter((field) => field.id === id).map((field) => field.bytes);
  const names = (id: number): string[] =>
    messages(id).map((message) => textsOf(readFields(message), VALUE_NAME)[0] ?? '');
  const weights = messages(GRAPH.initializer).map((message) => readWeights(message, model));
  return {
    operators: messages(GRAPH.node).map(readOperator),
    weights: new Map(weights.map((each) => [each.name, each])),
    inputs: names(GRAPH.input),
    outputs: names(GRAPH.output),
  };
}
