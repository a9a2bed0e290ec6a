/**
 * @file ONNX files without a library: `onnxGraph.ts` is a graph in memory (`onnxValues.ts` reads its numbers),
 * `readOnnx.ts` and `writeOnnx.ts` convert it from and to a file's bytes, which are protocol buffers
 * (`protocolBuffer.ts`); `halfFloats.ts` converts 16-bit numbers.
 */
/**
 * The part of ONNX that networks of convolutions consist of, as it is read and written. Field numbers
 * are those of onnx.proto3 (ONNX 1.16, IR version 8).
 */

/** Codes of element types. */
export const DATA_TYPE = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  text: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

export type DataType = Exclude<keyof typeof DATA_TYPE, 'text'>;

/** Bytes of one element. */
export const ELEMENT_BYTES: Readonly<Record<DataType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  float64: 8,
  uint32: 4,
  uint64: 8,
  bfloat16: 2,
};

/** Elements of any type as stored in a file, little-endian. */
export interface StoredElements {
  readonly type: DataType;
  readonly bytes: Uint8Array;
}

/** A tensor that is stored in the graph. */
export interface OnnxConstant {
  readonly name: string;
  /** Sizes of the axes; empty for a single number. */
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array | StoredElements;
}

/** An integer, a list of them, a string, floats, strings, or a tensor. */
export type OnnxAttribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly texts: readonly string[] }
  | OnnxConstant;

export interface OnnxNode {
  /** Name of the operator, e.g. `Conv`. */
  readonly operator: string;
  /** Set of operators that it belongs to; absent for ONNX's own. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output; a text in place of an axis' size leaves it open. */
export interface OnnxValue {
  readonly name: string;
  readonly dims: readonly (number | string)[];
  /** Defaults to `float32`. */
  readonly type?: DataType;
}

/** A graph with one input and one output; the inputs of each node are outputs of earlier ones. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly input: OnnxValue;
  readonly output: OnnxValue;
  /** Versions of the sets of operators, by domain (`''` is ONNX's own); defaults to version 17. */
  readonly operatorSets?: Readonly<Record<string, number>>;
}

export const MODEL = { irVersion: 1, producerName: 2, graph: 7, opsetImport: 8, functions: 25 };
export const OPSET = { domain: 1, version: 2 };
export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, sparse: 15 };
export const NODE = { input: 1, output: 2, operator: 4, attribute: 5, domain: 7 };
export const ATTRIBUTE = {
  name: 1,
  float: 2,
  integer: 3,
  text: 4,
  tensor: 5,
  graph: 6,
  floats: 7,
  integers: 8,
  texts: 9,
  graphs: 11,
  type: 20,
};
export const ATTRIBUTE_TYPE = {
  float: 1,
  integer: 2,
  text: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  integers: 7,
  texts: 8,
};
export const TENSOR = {
  dims: 1,
  dataType: 2,
  floats: 4,
  integers: 5,
  longs: 7,
  name: 8,
  rawData: 9,
  doubles: 10,
  unsignedLongs: 11,
  externalData: 13,
  dataLocation: 14,
};
export const EXTERNAL = { key: 1, value: 2 };
export const VALUE = { name: 1, type: 2 };
export const TYPE = { tensor: 1 };
export const TENSOR_TYPE = { elementType: 1, shape: 2 };
export const SHAPE = { axis: 1 };
export const AXIS = { size: 1, name: 2 };
