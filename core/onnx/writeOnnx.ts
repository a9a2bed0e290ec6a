import {
  ATTRIBUTE,
  ATTRIBUTE_TYPE,
  AXIS,
  DATA_TYPE,
  GRAPH,
  MODEL,
  NODE,
  OPSET,
  SHAPE,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE,
  type OnnxAttribute,
  type OnnxConstant,
  type OnnxGraph,
  type OnnxNode,
  type OnnxValue,
  type StoredElements,
} from './onnxGraph.ts';
import { bytesField, floatField, messageField, numberField, textField } from './protocolBuffer.ts';

const IR_VERSION = 8;
const OPSET_VERSION = 17;

function sizeField(field: number, size: number): Buffer {
  if (size < 0) throw new RangeError(`${size} is not the size of an axis.`);
  return numberField(field, size);
}

/** ONNX stores raw values with the lowest byte first, as every platform that Node runs on does. */
function storedElements(data: OnnxConstant['data']): StoredElements {
  if (!ArrayBuffer.isView(data)) return data;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { type: data instanceof Float32Array ? 'float32' : 'int64', bytes };
}

function tensorParts({ name, dims, data }: OnnxConstant): Buffer[] {
  const { type, bytes } = storedElements(data);
  return [
    ...dims.map((size) => sizeField(TENSOR.dims, size)),
    numberField(TENSOR.dataType, DATA_TYPE[type]),
    textField(TENSOR.name, name),
    bytesField(TENSOR.rawData, bytes),
  ];
}

function valueAndType(value: OnnxAttribute): readonly [keyof typeof ATTRIBUTE_TYPE, Buffer[]] {
  if (typeof value === 'number') return ['integer', [numberField(ATTRIBUTE.integer, value)]];
  if (typeof value === 'string') return ['text', [textField(ATTRIBUTE.text, value)]];
  if ('float' in value) return ['float', [floatField(ATTRIBUTE.float, value.float)]];
  if ('floats' in value) return ['floats', value.floats.map((each) => floatField(ATTRIBUTE.floats, each))];
  if ('texts' in value) return ['texts', value.texts.map((each) => textField(ATTRIBUTE.texts, each))];
  if ('data' in value) return ['tensor', [messageField(ATTRIBUTE.tensor, ...tensorParts(value))]];
  return ['integers', value.map((each) => numberField(ATTRIBUTE.integers, each))];
}

function attributeParts(name: string, value: OnnxAttribute): Buffer[] {
  const [type, parts] = valueAndType(value);
  return [textField(ATTRIBUTE.name, name), ...parts, numberField(ATTRIBUTE.type, ATTRIBUTE_TYPE[type])];
}

function nodeParts({ operator, domain, inputs, outputs, attributes = {} }: OnnxNode): Buffer[] {
  return [
    ...inputs.map((name) => textField(NODE.input, name)),
    ...outputs.map((name) => textField(NODE.output, name)),
    textField(NODE.operator, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      messageField(NODE.attribute, ...attributeParts(name, value)),
    ),
    ...(domain === undefined ? [] : [textField(NODE.domain, domain)]),
  ];
}

function valueParts({ name, dims, type = 'float32' }: OnnxValue): Buffer[] {
  const axes = dims.map((axis) =>
    messageField(
      SHAPE.axis,
      typeof axis === 'number' ? sizeField(AXIS.size, axis) : textField(AXIS.name, axis),
    ),
  );
  const tensorType = messageField(
    TYPE.tensor,
    numberField(TENSOR_TYPE.elementType, DATA_TYPE[type]),
    messageField(TENSOR_TYPE.shape, ...axes),
  );
  return [textField(VALUE.name, name), messageField(VALUE.type, tensorType)];
}

function opsetParts([domain, version]: [string, number]): Buffer {
  return messageField(
    MODEL.opsetImport,
    ...(domain === '' ? [] : [textField(OPSET.domain, domain)]),
    numberField(OPSET.version, version),
  );
}

/**
 * @param graph Its nodes are ordered so that each follows those that compute its inputs.
 * @returns The bytes of an `.onnx` file.
 */
export function writeOnnx(graph: OnnxGraph): Buffer {
  const { nodes, constants, input, output, operatorSets = { '': OPSET_VERSION } } = graph;
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
    ...Object.entries(operatorSets).map(opsetParts),
  ]);
}
