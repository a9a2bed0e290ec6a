/** @file The contents of a graph's nodes and constants as JavaScript numbers. */
import { halvesToFloats } from './halfFloats.ts';
import type { OnnxAttribute, OnnxConstant, OnnxNode } from './onnxGraph.ts';
import { FormatError } from './protocolBuffer.ts';

/** An attribute that is an integer or a list of them. */
export function integersAttribute(
  { attributes }: OnnxNode,
  name: string,
  fallback: readonly number[],
): readonly number[] {
  const value: OnnxAttribute | undefined = attributes?.[name];
  if (typeof value === 'number') return [value];
  return Array.isArray(value) ? (value as readonly number[]) : fallback;
}

export function integerAttribute(node: OnnxNode, name: string, fallback: number): number {
  return integersAttribute(node, name, [fallback])[0] ?? fallback;
}

export function floatAttribute({ attributes }: OnnxNode, name: string, fallback: number): number {
  const value = attributes?.[name];
  return typeof value === 'object' && 'float' in value ? value.float : fallback;
}

export function textAttribute({ attributes }: OnnxNode, name: string, fallback: string): string {
  const value = attributes?.[name];
  return typeof value === 'string' ? value : fallback;
}

/** The tensor of a node that only contains one. */
export function storedTensor({ operator, attributes }: OnnxNode): OnnxConstant | undefined {
  const value = operator === 'Constant' ? attributes?.['value'] : undefined;
  return typeof value === 'object' && 'data' in value ? value : undefined;
}

/** A constant of 16- or 32-bit floats. @throws FormatError for other types. */
export function floatsOf({ name, data }: OnnxConstant): Float32Array {
  if (data instanceof Float32Array) return data;
  if ('bytes' in data && data.type === 'float16') return halvesToFloats(data.bytes);
  if ('bytes' in data && data.type === 'float32') return new Float32Array(Uint8Array.from(data.bytes).buffer);
  throw new FormatError(`the constant ${name} does not contain floats`);
}

/** A constant of 64-bit integers. @throws FormatError for other types. */
export function integersOf({ name, data }: OnnxConstant): number[] {
  if (data instanceof BigInt64Array) return Array.from(data, Number);
  if ('bytes' in data && data.type === 'int64') {
    return Array.from(new BigInt64Array(Uint8Array.from(data.bytes).buffer), Number);
  }
  throw new FormatError(`the constant ${name} does not contain integers`);
}
