import { ELEMENT_BYTES, type DataType } from '../onnx/onnxGraph.ts';
import { bfloatsToFloats, halvesToFloats } from '../onnx/halfFloats.ts';
import { MAX_NAME_CHARACTERS, MAX_TENSORS, MAX_VALUES } from './limits.ts';
import { Refusal, unreadable } from './refusal.ts';

/** Weights in single precision; `halves` are the original bytes if the file has 16-bit weights. */
export interface Weights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly halves?: Uint8Array;
}

/** A tensor in a file; its values are only read when they are requested. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly type: DataType;
  /** Its values in order, `ELEMENT_BYTES` each. */
  readonly bytes: () => Uint8Array;
}

/** A network's tensors by name, in the file's order. */
export type StateDict = ReadonlyMap<string, StoredTensor>;

/** @throws Refusal for a size that is not a whole number from 0, or for too many values. */
export function countValues(shape: readonly number[], name: string): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0)
      throw unreadable(`the tensor "${name}" has an axis of size ${size}`);
    count *= size;
    if (count > MAX_VALUES) throw tooLarge(`the tensor "${name}" has more than ${MAX_VALUES} values`);
  }
  return count;
}

function tooLarge(clause: string): Refusal {
  return new Refusal('model/too-large', `The file exceeds the limits: ${clause}.`);
}

/**
 * Checks what a file declares before anything is built from it.
 *
 * @throws Refusal for too many tensors, too long names, or too many values in all.
 */
export function checkStateDict(tensors: StateDict): StateDict {
  if (tensors.size > MAX_TENSORS)
    throw tooLarge(`it has ${tensors.size} tensors; the limit is ${MAX_TENSORS}`);
  let total = 0;
  for (const [name, { shape }] of tensors) {
    if (name.length > MAX_NAME_CHARACTERS) throw tooLarge(`a name in it has ${name.length} characters`);
    total += countValues(shape, name);
    if (total > MAX_VALUES) throw tooLarge(`it has more than ${MAX_VALUES} values in all`);
  }
  return tensors;
}

const MAKERS: Readonly<Partial<Record<DataType, (bytes: ArrayBuffer) => ArrayLike<number | bigint>>>> = {
  float64: (bytes) => new Float64Array(bytes),
  int64: (bytes) => new BigInt64Array(bytes),
  int32: (bytes) => new Int32Array(bytes),
  int16: (bytes) => new Int16Array(bytes),
  int8: (bytes) => new Int8Array(bytes),
  uint8: (bytes) => new Uint8Array(bytes),
  bool: (bytes) => new Uint8Array(bytes),
};

/** Values of any type as float32. */
function floatsOf(bytes: Uint8Array, type: DataType): Float32Array {
  if (type === 'float16') return halvesToFloats(bytes);
  if (type === 'bfloat16') return bfloatsToFloats(bytes);
  // A copy is aligned; a view of a file may not be.
  const copy = new Uint8Array(bytes).buffer;
  if (type === 'float32') return new Float32Array(copy);
  const make = MAKERS[type];
  if (make === undefined) throw unreadable(`it has weights of the type ${type}`);
  return Float32Array.from(make(copy), Number);
}

/** @throws Refusal if a value is NaN: such a network returns black or noise. */
export function weightsOf(tensor: StoredTensor, name: string): Weights {
  const bytes = tensor.bytes();
  if (bytes.length !== countValues(tensor.shape, name) * ELEMENT_BYTES[tensor.type]) {
    throw unreadable(`the tensor "${name}" is incomplete`);
  }
  const data = floatsOf(bytes, tensor.type);
  if (!data.every(Number.isFinite)) {
    throw new Refusal(
      'model/not-proven',
      `The weights "${name}" contain values that are not numbers. The network was saved after its training had failed.`,
    );
  }
  return { shape: tensor.shape, data, ...(tensor.type === 'float16' && { halves: bytes }) };
}
