import type { DataType } from '../../onnx/onnxGraph.ts';
import { Refusal, unreadable } from '../refusal.ts';
import {
  PickledName,
  PickledStorage,
  PickledTensor,
  PickledTuple,
  type PickledValue,
} from './pickleValues.ts';

const STORAGES: Readonly<Record<string, DataType>> = {
  'torch.DoubleStorage': 'float64',
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
};

function whole(value: PickledValue | undefined, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw unreadable(`${what} of a tensor is not an integer`);
}

function wholes(value: PickledValue | undefined, what: string): number[] {
  const items = value instanceof PickledTuple ? value.items : Array.isArray(value) ? value : undefined;
  if (items === undefined || items.length > 8) throw unreadable(`${what} of a tensor is damaged`);
  return items.map((item) => whole(item, what));
}

function makeTensor([storage, offset, shape, strides]: readonly PickledValue[]): PickledTensor {
  if (!(storage instanceof PickledStorage)) throw unreadable('a tensor has no values');
  const view = {
    offset: whole(offset, 'the offset'),
    shape: wholes(shape, 'the size'),
    strides: wholes(strides, 'the stride'),
  };
  if (view.shape.length !== view.strides.length) throw unreadable('size and stride of a tensor do not fit');
  return new PickledTensor(storage, view);
}

/** The stand-in for each function that pickles of weights call: a value of ours, built from the arguments. */
const BUILDERS: Readonly<Record<string, (parts: readonly PickledValue[]) => PickledValue>> = {
  'collections.OrderedDict': ([pairs]) => {
    const dictionary = new Map<PickledValue, PickledValue>();
    for (const pair of Array.isArray(pairs) ? pairs : []) {
      const [key, value] = pair instanceof PickledTuple ? pair.items : Array.isArray(pair) ? pair : [];
      if (key === undefined || value === undefined) throw unreadable('a dictionary in it is damaged');
      dictionary.set(key, value);
    }
    return dictionary;
  },
  'torch._utils._rebuild_tensor': makeTensor,
  'torch._utils._rebuild_tensor_v2': makeTensor,
  'torch._utils._rebuild_parameter': ([tensor]) => {
    if (tensor instanceof PickledTensor) return tensor;
    throw unreadable('a parameter in it is not a tensor');
  },
  'torch.Size': ([sizes]) => sizes ?? new PickledTuple([]),
};

/** @throws Refusal for every name that weights do not need. */
export function allowedName(module: string, name: string): PickledName {
  const full = `${module}.${name}`;
  if (Object.hasOwn(BUILDERS, full) || Object.hasOwn(STORAGES, full)) return new PickledName(full);
  if (full.startsWith('torch.jit') || full.startsWith('__torch__')) throw torchScript();
  throw new Refusal(
    'model/unsafe',
    `The file refers to Python code, "${full.slice(0, 200)}", which weights do not need; nothing was run. ` +
      'Ask its author for a file with only the weights, preferably .safetensors.',
  );
}

export function torchScript(): Refusal {
  return new Refusal(
    'model/unsupported',
    'The file is a TorchScript program, not a set of weights. Use the original .pth or .safetensors file, or an .onnx file.',
  );
}

/** Calls the builder that a name stands for. @throws Refusal */
export function build(callee: PickledValue, parts: PickledValue): PickledValue {
  if (!(callee instanceof PickledName) || !(parts instanceof PickledTuple)) {
    throw new Refusal(
      'model/unsafe',
      'The file calls something that is not a function for weights; nothing was run.',
    );
  }
  const builder = Object.hasOwn(BUILDERS, callee.name) ? BUILDERS[callee.name] : undefined;
  if (builder === undefined) {
    throw new Refusal(
      'model/unsafe',
      `The file calls "${callee.name}", which weights do not need; nothing was run.`,
    );
  }
  return builder(parts.items);
}

/** The storage that a persistent id stands for: `('storage', type, key, device, count, …)`. */
export function storageOf(id: PickledValue): PickledStorage {
  const [kind, type, key, , count] = id instanceof PickledTuple ? id.items : [];
  const elementType = type instanceof PickledName ? STORAGES[type.name] : undefined;
  if (kind !== 'storage' || elementType === undefined || typeof key !== 'string') {
    throw unreadable('the place of a tensor is damaged');
  }
  return new PickledStorage(elementType, key, whole(count, 'the length'));
}
