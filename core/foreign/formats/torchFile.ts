import { ELEMENT_BYTES } from '../../onnx/onnxGraph.ts';
import { MAX_STRUCTURE_BYTES, MAX_TENSORS } from '../limits.ts';
import { Refusal, unreadable } from '../refusal.ts';
import { checkStateDict, countValues, type StateDict, type StoredTensor } from '../stateDict.ts';
import { torchScript } from './pickleBuilders.ts';
import { PickledTensor, type PickledStorage, type PickledValue } from './pickleValues.ts';
import { readPickle } from './readPickle.ts';
import { zipEntries } from './zipEntries.ts';

/** The number that old files begin with, and the version that follows it. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_VERSION = 1001;

const ZIP_START = 'PK\u0003\u0004';

export function isZip(file: Buffer): boolean {
  return file.toString('latin1', 0, 4) === ZIP_START;
}

/** Old files begin with the pickled magic number. */
export function isLegacyTorch(file: Buffer): boolean {
  return file.length > 14 && file[0] === 0x80 && file[2] === 0x8a && file[3] === 10 && file[4] === 0x6c;
}

/** A pickle without a magic number: written by another program, or by hand. */
export function isBarePickle(file: Buffer): boolean {
  return file.length > 2 && file[0] === 0x80 && file[1]! >= 2 && file[1]! <= 5;
}

type ReadStorage = (storage: PickledStorage) => Uint8Array;

/** Names under which a checkpoint keeps the weights, the likeliest first. */
const WRAPPERS = [
  'model_state_dict',
  'state_dict',
  'params_ema',
  'params-ema',
  'params',
  'model',
  'net',
  'network',
  'weights',
  'generator',
  'netG',
  'net_g',
];

const MAX_WRAPPINGS = 4;

function isDictionary(value: PickledValue | undefined): value is Map<PickledValue, PickledValue> {
  return value instanceof Map;
}

function hasTensors(dictionary: ReadonlyMap<PickledValue, PickledValue>): boolean {
  return [...dictionary.values()].some((value) => value instanceof PickledTensor);
}

function findWeights(root: PickledValue): Map<PickledValue, PickledValue> {
  let value = root;
  for (let depth = 0; depth < MAX_WRAPPINGS && isDictionary(value); depth++) {
    if (hasTensors(value)) return value;
    const dictionary: Map<PickledValue, PickledValue> = value;
    const named = WRAPPERS.map((name) => dictionary.get(name)).find(isDictionary);
    const only = dictionary.size === 1 ? [...dictionary.values()][0] : undefined;
    value = named ?? only ?? null;
  }
  throw new Refusal(
    'model/unsupported',
    'The file contains no weights of a network. Use the published model file, not a training checkpoint.',
  );
}

/** A view's values in order; most views are the whole storage as it is. */
function takeView(tensor: PickledTensor, storage: Uint8Array): Uint8Array {
  const { shape, strides, offset } = tensor;
  const width = ELEMENT_BYTES[tensor.storage.type];
  const count = countValues(shape, 'view');
  if (isContiguous(shape, strides)) return storage.subarray(offset * width, (offset + count) * width);
  const target = new Uint8Array(count * width);
  const index = shape.map(() => 0);
  for (let at = 0; at < count; at++) {
    const element = index.reduce((sum, each, axis) => sum + each * strides[axis]!, offset);
    target.set(storage.subarray(element * width, (element + 1) * width), at * width);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return target;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

function storedTensor(name: string, tensor: PickledTensor, readStorage: ReadStorage): StoredTensor {
  const { shape, strides, offset, storage } = tensor;
  const last = shape.reduce((sum, size, axis) => sum + Math.max(0, size - 1) * strides[axis]!, offset);
  if (countValues(shape, name) > 0 && !(last < storage.count)) {
    throw unreadable(`the tensor "${name}" reaches beyond its values`);
  }
  return { shape, type: storage.type, bytes: () => takeView(tensor, readStorage(storage)) };
}

function toStateDict(root: PickledValue, readStorage: ReadStorage): StateDict {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, value] of findWeights(root)) {
    if (typeof name === 'string' && value instanceof PickledTensor) {
      tensors.set(name, storedTensor(name, value, readStorage));
    }
  }
  return checkStateDict(tensors);
}

/** Files of newer PyTorch versions: a ZIP archive with everything in one folder of any name. */
function readZipped(file: Buffer): StateDict {
  const entries = zipEntries(file);
  const pickle = [...entries.values()].find(({ name }) => /^([^/]*\/)?data\.pkl$/.test(name));
  const root = pickle?.name.slice(0, -'data.pkl'.length) ?? '';
  if (
    entries.has(`${root}constants.pkl`) ||
    [...entries.keys()].some((name) => name.startsWith(`${root}code/`))
  ) {
    throw torchScript();
  }
  if (pickle === undefined) throw unreadable('the archive is not one of PyTorch: it has no data.pkl');
  if (pickle.sizeBytes > MAX_STRUCTURE_BYTES) throw unreadable(`its structure has ${pickle.sizeBytes} bytes`);
  const order = entries.get(`${root}byteorder`)?.read().toString('latin1') ?? 'little';
  if (order !== 'little') throw unreadable(`its numbers are stored in the order "${order}"`);
  return toStateDict(readPickle(pickle.read()).value, ({ key, count, type }) => {
    const entry = /^\w{1,20}$/.test(key) ? entries.get(`${root}data/${key}`) : undefined;
    if (entry === undefined) throw unreadable(`the values "${key.slice(0, 50)}" are not in the archive`);
    const bytes = entry.read();
    if (bytes.length !== count * ELEMENT_BYTES[type]) throw unreadable(`the values "${key}" are incomplete`);
    return bytes;
  });
}

/** Where the values of each storage begin, in the file's order; each is preceded by its count. */
function findStorages(
  file: Buffer,
  start: number,
  keys: readonly string[],
  sizes: ReadonlyMap<string, number>,
): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  let at = start;
  for (const key of keys) {
    const elementBytes = sizes.get(key);
    if (elementBytes === undefined || at + 8 > file.length)
      throw unreadable(`the values "${key}" are missing`);
    const count = file.readBigInt64LE(at);
    const length = Number(count) * elementBytes;
    if (count < 0n || at + 8 + length > file.length) throw unreadable(`the values "${key}" are incomplete`);
    found.set(key, file.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return found;
}

function collectStorages(root: PickledValue): Map<string, number> {
  const sizes = new Map<string, number>();
  const visited = new Set<PickledValue>();
  const pending: PickledValue[] = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (value === null || typeof value !== 'object' || visited.has(value)) continue;
    visited.add(value);
    if (value instanceof PickledTensor) sizes.set(value.storage.key, ELEMENT_BYTES[value.storage.type]);
    if (value instanceof Map) for (const each of value.values()) pending.push(each);
    if (Array.isArray(value)) for (const each of value) pending.push(each);
    if ('items' in value) for (const each of value.items) pending.push(each);
  }
  return sizes;
}

/** Files of PyTorch before 1.6: four pickles, a list of keys, then the values one after the other. */
function readLegacy(file: Buffer): StateDict {
  const magic = readPickle(file);
  if (magic.value !== LEGACY_MAGIC) throw unreadable('it does not begin like a file of PyTorch');
  const version = readPickle(file, magic.end);
  if (version.value !== LEGACY_VERSION) throw unreadable('it is of an unknown version of PyTorch');
  const system = readPickle(file, version.end);
  if (system.value instanceof Map && system.value.get('little_endian') === false) {
    throw unreadable('its numbers are stored big-endian');
  }
  const content = readPickle(file, system.end);
  const { value: keys, end } = readPickle(file, content.end);
  const isList = Array.isArray(keys) && keys.length <= MAX_TENSORS;
  if (!isList || !keys.every((key) => typeof key === 'string'))
    throw unreadable('its list of values is damaged');
  const storages = findStorages(file, end, keys, collectStorages(content.value));
  return toStateDict(content.value, ({ key, count, type }) => {
    const bytes = storages.get(key);
    if (bytes?.length !== count * ELEMENT_BYTES[type]) throw unreadable(`the values "${key}" are incomplete`);
    return bytes;
  });
}

/**
 * Reads the weights in a file of `torch.save`, whichever of its two forms it has.
 *
 * @throws Refusal
 */
export function readTorchFile(file: Buffer): StateDict {
  if (isZip(file)) return readZipped(file);
  if (isLegacyTorch(file)) return readLegacy(file);
  readPickle(file);
  throw unreadable('it is a pickle, but not one of PyTorch');
}
