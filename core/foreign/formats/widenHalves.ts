import { halvesToFloats } from '../../onnx/halfFloats.ts';
import {
  DATA_TYPE,
  type OnnxAttribute,
  type OnnxConstant,
  type OnnxNode,
  type OnnxValue,
} from '../../onnx/onnxGraph.ts';
import type { OnnxFile } from '../../onnx/readOnnx.ts';

function isHalf({ data }: OnnxConstant): boolean {
  return !ArrayBuffer.isView(data) && data.type === 'float16';
}

function widenValue(value: OnnxValue): OnnxValue {
  return value.type === 'float16' ? { ...value, type: 'float32' } : value;
}

function widenAttribute(value: OnnxAttribute): OnnxAttribute {
  if (typeof value !== 'object' || !('data' in value) || ArrayBuffer.isView(value.data)) return value;
  if (value.data.type !== 'float16') return value;
  return { ...value, data: halvesToFloats(value.data.bytes) };
}

function widenNode(node: OnnxNode): OnnxNode {
  const attributes = Object.entries(node.attributes ?? {}).map(([name, value]) => {
    const isCastToHalf = node.operator === 'Cast' && name === 'to' && value === DATA_TYPE.float16;
    return [name, isCastToHalf ? DATA_TYPE.float32 : widenAttribute(value)] as const;
  });
  return { ...node, attributes: Object.fromEntries(attributes) };
}

/** Turns the arithmetic of a 16-bit network into 32-bit; its weights stay 16-bit and are widened at loading. */
export function widenHalves(file: OnnxFile): OnnxFile {
  const halves = new Set(file.constants.filter(isHalf).map(({ name }) => name));
  const stored = (name: string): string => (halves.has(name) ? `${name} (16-bit)` : name);
  const casts = [...halves].map((name) => ({
    operator: 'Cast',
    inputs: [stored(name)],
    outputs: [name],
    attributes: { to: DATA_TYPE.float32 },
  }));
  return {
    ...file,
    nodes: [...casts, ...file.nodes.map(widenNode)],
    constants: file.constants.map((each) => ({ ...each, name: stored(each.name) })),
    inputs: file.inputs.map(widenValue),
    outputs: file.outputs.map(widenValue),
  };
}
