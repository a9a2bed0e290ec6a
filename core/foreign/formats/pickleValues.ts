import type { DataType } from '../../onnx/onnxGraph.ts';

/** A name of Python code that a pickle mentions, e.g. `torch.FloatStorage`; never looked up anywhere. */
export class PickledName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** The values behind a tensor. */
export class PickledStorage {
  readonly type: DataType;
  readonly key: string;
  readonly count: number;
  constructor(type: DataType, key: string, count: number) {
    this.type = type;
    this.key = key;
    this.count = count;
  }
}

/** A view of a storage. */
export class PickledTensor {
  readonly storage: PickledStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  constructor(storage: PickledStorage, view: Pick<PickledTensor, 'offset' | 'shape' | 'strides'>) {
    this.storage = storage;
    this.offset = view.offset;
    this.shape = view.shape;
    this.strides = view.strides;
  }
}

export class PickledTuple {
  readonly items: readonly PickledValue[];
  constructor(items: readonly PickledValue[]) {
    this.items = items;
  }
}

/** What a pickle of weights consists of. A dictionary is a `Map`, a list an array. */
export type PickledValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickledValue[]
  | Map<PickledValue, PickledValue>
  | PickledTuple
  | PickledName
  | PickledStorage
  | PickledTensor;
