import {
  ATTRIBUTE,
  ATTRIBUTE_TYPE,
  AXIS,
  DATA_TYPE,
  ELEMENT_BYTES,
  EXTERNAL,
  GRAPH,
  MODEL,
  NODE,
  OPSET,
  SHAPE,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE,
  type DataType,
  type OnnxAttribute,
  type OnnxConstant,
  type OnnxNode,
  type OnnxValue,
} from './onnxGraph.ts';
import {
  bytesOf,
  doublesOf,
  floatsOf,
  FormatError,
  integersOf,
  readFields,
  textsOf,
  type WireField,
} from './protocolBuffer.ts';

/** The location of a tensor that is not in the file itself. */
export interface ExternalData {
  /** As it is in the file; must be checked to be a plain name before it is opened. */
  readonly location: string;
  readonly offset: number;
  /** Absent if it extends to the end of the file. */
  readonly length: number | undefined;
}

export interface ReadOnnxOptions {
  /** Fetches a tensor from another file; without it such tensors are refused. */
  readonly readExternal?: (where: ExternalData) => Uint8Array;
}

/** A graph as stored in a file: any number of inputs and outputs, with open axes as `?`. */
export interface OnnxFile {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  /** Excludes inputs that only declare defaults. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly operatorSets: Readonly<Record<string, number>>;
}

const MAX_NODES = 50_000;
const MAX_CONSTANTS = 20_000;
const MAX_AXES = 8;

/** Elements of all tensors together: networks of half a billion weights are not supported. */
const MAX_ELEMENTS = 2 ** 29;

const TYPE_NAMES = new Map(Object.entries(DATA_TYPE).map(([name, code]) => [code as number, name]));

function dataTypeOf(code: number | undefined, what: string): DataType {
  const name = TYPE_NAMES.get(code ?? 0);
  if (name === undefined || name === 'text')
    throw new FormatError(`${what} is of the type ${name ?? code ?? 'unknown'}`);
  return name as DataType;
}

/** @throws FormatError if the sizes are negative or too large together. */
function countElements(dims: readonly number[], what: string): number {
  if (dims.length > MAX_AXES) throw new FormatError(`${what} has ${dims.length} axes`);
  let count = 1;
  for (const size of dims) {
    if (!Number.isSafeInteger(size) || size < 0) throw new FormatError(`${what} has an axis of size ${size}`);
    count *= size;
    if (count > MAX_ELEMENTS) throw new FormatError(`${what} has more than ${MAX_ELEMENTS} values`);
  }
  return count;
}

/** Values that are stored number by number in place of raw bytes. */
function listedElements(fields: readonly WireField[], type: DataType): Uint8Array {
  if (type === 'float32') return bytesOfArray(Float32Array.from(floatsOf(fields, TENSOR.floats)));
  if (type === 'float64') return bytesOfArray(Float64Array.from(doublesOf(fields, TENSOR.doubles)));
  if (type === 'int64') return bytesOfArray(BigInt64Array.from(integersOf(fields, TENSOR.longs).map(BigInt)));
  if (type === 'uint32' || type === 'uint64') {
    const numbers = integersOf(fields, TENSOR.unsignedLongs);
    return bytesOfArray(
      type === 'uint32' ? Uint32Array.from(numbers) : BigUint64Array.from(numbers.map(BigInt)),
    );
  }
  const numbers = integersOf(fields, TENSOR.integers);
  if (type === 'int32') return bytesOfArray(Int32Array.from(numbers));
  return bytesOfArray(
    ELEMENT_BYTES[type] === 1
      ? Uint8Array.from(numbers, (each) => each & 0xff)
      : Uint16Array.from(numbers, (each) => each & 0xffff),
  );
}

function bytesOfArray(array: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function externalData(fields: readonly WireField[]): ExternalData {
  const entries = new Map(
    bytesOf(fields, TENSOR.externalData)
      .map(readFields)
      .map((entry) => [textsOf(entry, EXTERNAL.key)[0] ?? '', textsOf(entry, EXTERNAL.value)[0] ?? '']),
  );
  const numberOf = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/.test(text)) throw new FormatError(`external data has the ${key} "${text}"`);
    return Number(text);
  };
  return {
    location: entries.get('location') ?? '',
    offset: numberOf('offset') ?? 0,
    length: numberOf('length'),
  };
}

function elementBytes(fields: readonly WireField[], type: DataType, options: ReadOnnxOptions): Uint8Array {
  if (integersOf(fields, TENSOR.dataLocation)[0] === 1) {
    const where = externalData(fields);
    if (options.readExternal === undefined)
      throw new FormatError(`its weights are in another file, ${where.location}`);
    return options.readExternal(where);
  }
  return bytesOf(fields, TENSOR.rawData)[0] ?? listedElements(fields, type);
}

function readTensor(message: Buffer, options: ReadOnnxOptions): OnnxConstant {
  const fields = readFields(message);
  const name = textsOf(fields, TENSOR.name)[0] ?? '';
  const what = `the tensor "${name}"`;
  const type = dataTypeOf(integersOf(fields, TENSOR.dataType)[0], what);
  const dims = integersOf(fields, TENSOR.dims);
  const count = countElements(dims, what);
  const bytes = elementBytes(fields, type, options);
  if (bytes.length !== count * ELEMENT_BYTES[type]) {
    throw new FormatError(
      `${what} of ${dims.join(' × ')} ${type} has ${bytes.length} bytes, not ${count * ELEMENT_BYTES[type]}`,
    );
  }
  return { name, dims, data: { type, bytes } };
}

function readAttribute(message: Buffer, options: ReadOnnxOptions): readonly [string, OnnxAttribute] {
  const fields = readFields(message);
  const name = textsOf(fields, ATTRIBUTE.name)[0] ?? '';
  const [tensor] = bytesOf(fields, ATTRIBUTE.tensor);
  const [type] = integersOf(fields, ATTRIBUTE.type);
  switch (type) {
    case ATTRIBUTE_TYPE.float:
      return [name, { float: floatsOf(fields, ATTRIBUTE.float)[0] ?? 0 }];
    case ATTRIBUTE_TYPE.integer:
      return [name, integersOf(fields, ATTRIBUTE.integer)[0] ?? 0];
    case ATTRIBUTE_TYPE.text:
      return [name, textsOf(fields, ATTRIBUTE.text)[0] ?? ''];
    case ATTRIBUTE_TYPE.floats:
      return [name, { floats: floatsOf(fields, ATTRIBUTE.floats) }];
    case ATTRIBUTE_TYPE.integers:
      return [name, integersOf(fields, ATTRIBUTE.integers)];
    case ATTRIBUTE_TYPE.texts:
      return [name, { texts: textsOf(fields, ATTRIBUTE.texts) }];
    case ATTRIBUTE_TYPE.tensor:
      if (tensor !== undefined) return [name, readTensor(tensor, options)];
      break;
    case ATTRIBUTE_TYPE.graph:
      throw new FormatError(`"${name}" of an operator is a nested graph`);
    default:
  }
  throw new FormatError(`the setting "${name}" of an operator is of the type ${type ?? 'unknown'}`);
}

function readNode(message: Buffer, options: ReadOnnxOptions): OnnxNode {
  const fields = readFields(message);
  const operator = textsOf(fields, NODE.operator)[0] ?? '';
  const [domain = ''] = textsOf(fields, NODE.domain);
  try {
    const attributes = bytesOf(fields, NODE.attribute).map((each) => readAttribute(each, options));
    return {
      operator,
      ...(domain !== '' && domain !== 'ai.onnx' && { domain }),
      inputs: textsOf(fields, NODE.input),
      outputs: textsOf(fields, NODE.output),
      attributes: Object.fromEntries(attributes),
    };
  } catch (error) {
    if (error instanceof FormatError)
      throw new FormatError(`${operator}: ${error.message}`, { cause: error });
    throw error;
  }
}

function readValue(message: Buffer): OnnxValue {
  const fields = readFields(message);
  const name = textsOf(fields, VALUE.name)[0] ?? '';
  const [type] = bytesOf(fields, VALUE.type).map(readFields);
  const [tensor] = type === undefined ? [] : bytesOf(type, TYPE.tensor).map(readFields);
  if (tensor === undefined) return { name, dims: [] };
  const [shape] = bytesOf(tensor, TENSOR_TYPE.shape).map(readFields);
  const dims = (shape === undefined ? [] : bytesOf(shape, SHAPE.axis)).map(readFields).map((axis) => {
    const [size] = integersOf(axis, AXIS.size);
    // Some exporters write 0 or −1 for an axis that is open.
    return size !== undefined && size > 0 ? size : '?';
  });
  const elementType = dataTypeOf(integersOf(tensor, TENSOR_TYPE.elementType)[0], `the value "${name}"`);
  return { name, dims, type: elementType };
}

function readOperatorSets(model: readonly WireField[]): Record<string, number> {
  const sets = bytesOf(model, MODEL.opsetImport).map(readFields);
  return Object.fromEntries(
    sets.map((set) => {
      const [domain = ''] = textsOf(set, OPSET.domain);
      return [domain === 'ai.onnx' ? '' : domain, integersOf(set, OPSET.version)[0] ?? 1];
    }),
  );
}

/**
 * Reads an ONNX file of any version. Nothing in it is run, and no other file is opened.
 *
 * @throws FormatError with a clause that names what is wrong or not understood.
 */
export function readOnnx(file: Uint8Array, options: ReadOnnxOptions = {}): OnnxFile {
  const model = readFields(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
  if (bytesOf(model, MODEL.functions).length > 0) throw new FormatError('it defines its own functions');
  const [message] = bytesOf(model, MODEL.graph);
  if (message === undefined) throw new FormatError('it contains no graph');
  const graph = readFields(message);
  if (bytesOf(graph, GRAPH.sparse).length > 0) throw new FormatError('it contains sparse tensors');
  const nodes = bytesOf(graph, GRAPH.node);
  const initializers = bytesOf(graph, GRAPH.initializer);
  if (nodes.length > MAX_NODES) throw new FormatError(`it has ${nodes.length} operators`);
  if (initializers.length > MAX_CONSTANTS) throw new FormatError(`it has ${initializers.length} tensors`);
  const constants = initializers.map((each) => readTensor(each, options));
  const stored = new Set(constants.map(({ name }) => name));
  return {
    nodes: nodes.map((each) => readNode(each, options)),
    constants,
    inputs: bytesOf(graph, GRAPH.input)
      .map(readValue)
      .filter(({ name }) => !stored.has(name)),
    outputs: bytesOf(graph, GRAPH.output).map(readValue),
    operatorSets: readOperatorSets(model),
  };
}
