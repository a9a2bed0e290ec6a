import { z } from 'zod';
import { ELEMENT_BYTES, type DataType } from '../../onnx/onnxGraph.ts';
import { MAX_STRUCTURE_BYTES } from '../limits.ts';
import { unreadable } from '../refusal.ts';
import { checkStateDict, countValues, type StateDict, type StoredTensor } from '../stateDict.ts';

const TYPES: Readonly<Record<string, DataType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

const LENGTH_BYTES = 8;
const METADATA = '__metadata__';

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** Whether a file begins as `.safetensors` files do: a length, then a JSON object. */
export function isSafetensors(file: Buffer): boolean {
  if (file.length < LENGTH_BYTES + 2) return false;
  const length = file.readBigUInt64LE(0);
  return length > 1n && length <= BigInt(file.length) && file.toString('latin1', 8, 9) === '{';
}

function readHeader(file: Buffer): { header: object; dataStart: number } {
  const length = file.length < LENGTH_BYTES ? 0n : file.readBigUInt64LE(0);
  if (length > BigInt(Math.min(MAX_STRUCTURE_BYTES, file.length - LENGTH_BYTES))) {
    throw unreadable(`its header would have ${length} bytes`);
  }
  const dataStart = LENGTH_BYTES + Number(length);
  try {
    const header: unknown = JSON.parse(file.toString('utf8', LENGTH_BYTES, dataStart));
    if (typeof header === 'object' && header !== null) return { header, dataStart };
  } catch (error) {
    throw unreadable('its header is not JSON', error);
  }
  throw unreadable('its header is not a list of tensors');
}

function readTensor(name: string, value: unknown, data: Buffer): StoredTensor {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) throw unreadable(`the entry of the tensor "${name}" is damaged`);
  const {
    dtype,
    shape,
    data_offsets: [start, end],
  } = parsed.data;
  const type = TYPES[dtype];
  if (type === undefined) throw unreadable(`the tensor "${name}" is of the type ${dtype}`);
  if (end > data.length || end - start !== countValues(shape, name) * ELEMENT_BYTES[type]) {
    throw unreadable(`the tensor "${name}" does not fit into the file`);
  }
  return { shape, type, bytes: () => data.subarray(start, end) };
}

/**
 * Reads a `.safetensors` file.
 *
 * @returns Its tensors; `metadata` are the texts that its author added.
 * @throws Refusal
 */
export function readSafetensors(file: Buffer): { tensors: StateDict; metadata: ReadonlyMap<string, string> } {
  const { header, dataStart } = readHeader(file);
  const data = file.subarray(dataStart);
  const tensors = new Map<string, StoredTensor>();
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(header) as [string, unknown][]) {
    if (name !== METADATA) tensors.set(name, readTensor(name, value, data));
    else if (typeof value === 'object' && value !== null) {
      for (const [key, text] of Object.entries(value)) if (typeof text === 'string') metadata.set(key, text);
    }
  }
  return { tensors: checkStateDict(tensors), metadata };
}
