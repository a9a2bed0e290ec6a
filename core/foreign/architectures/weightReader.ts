import { Refusal, unreadable } from '../refusal.ts';
import { weightsOf, type StateDict, type Weights } from '../stateDict.ts';

/** Counters and tables that training leaves in a file and inference does not need. */
const LEFT_BY_TRAINING = /(^|\.)(num_batches_tracked|total_ops|total_params)$/;

const PREFIXES = ['module.', 'netG.', 'net_g.', 'generator.', 'params_ema.', 'params.', 'state_dict.'];

/** Removes the prefixes that wrappers add to every name, and the leftovers of training. */
export function bareNames(tensors: StateDict): StateDict {
  let bare = new Map([...tensors].filter(([name]) => !LEFT_BY_TRAINING.test(name)));
  for (let found: string | undefined = ''; found !== undefined;) {
    found = PREFIXES.find(
      (prefix) => bare.size > 0 && [...bare.keys()].every((name) => name.startsWith(prefix)),
    );
    const length = found?.length ?? 0;
    if (length > 0) bare = new Map([...bare].map(([name, tensor]) => [name.slice(length), tensor]));
  }
  return bare;
}

/** Hands out weights by name and keeps track of them, so that leftovers are noticed. */
export class WeightReader {
  readonly #tensors: StateDict;
  readonly #taken = new Set<string>();
  readonly #architecture: string;

  constructor(tensors: StateDict, architecture: string) {
    this.#tensors = tensors;
    this.#architecture = architecture;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  get names(): string[] {
    return [...this.#tensors.keys()];
  }

  /** Sizes of a tensor's axes. @throws Refusal if there is no such tensor. */
  shape(name: string): readonly number[] {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined)
      throw unreadable(`the weights "${name}" of a network of the kind ${this.#architecture} are missing`);
    return tensor.shape;
  }

  /** A tensor's size on one axis; 0 if it has no such axis. */
  size(name: string, axis: number): number {
    return this.shape(name)[axis] ?? 0;
  }

  /** @param shape The required sizes; `undefined` stands for any size. */
  weights(name: string, shape: readonly (number | undefined)[]): Weights {
    const actual = this.shape(name);
    const fits =
      actual.length === shape.length &&
      shape.every((size, axis) => size === undefined || size === actual[axis]);
    if (!fits) {
      const expected = shape.map((size) => size ?? '?').join(' × ');
      throw unreadable(`the weights "${name}" are ${actual.join(' × ')}, not ${expected}`);
    }
    this.#taken.add(name);
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new TypeError(`The weights ${name} were there a moment ago.`);
    return weightsOf(tensor, name);
  }

  /** `name.weight` and, if present, `name.bias`. */
  layer(
    name: string,
    shape: readonly (number | undefined)[],
  ): { kernel: Weights; bias: Weights | undefined } {
    const kernel = this.weights(`${name}.weight`, shape);
    const bias = this.has(`${name}.bias`) ? this.weights(`${name}.bias`, [kernel.shape[0]]) : undefined;
    return { kernel, bias };
  }

  /** Marks weights as used that others replace. */
  ignore(name: string): void {
    this.#taken.add(name);
  }

  /** The highest number that stands for `*` in the names, plus one. */
  countOf(pattern: RegExp): number {
    const found = this.names.flatMap((name) => {
      const [, index] = pattern.exec(name) ?? [];
      return index === undefined ? [] : [Number(index)];
    });
    return found.length === 0 ? 0 : Math.max(...found) + 1;
  }

  /** @throws Refusal if weights are left over: it is a different network. */
  finish(): void {
    const left = this.names.filter((name) => !this.#taken.has(name));
    if (left.length === 0) return;
    throw new Refusal(
      'model/unsupported',
      `The network looks like ${this.#architecture}, but has ${left.length} weights more, such as "${(left[0] ?? '').slice(0, 100)}". ` +
        'Its variant is not supported; an .onnx file of it would work.',
    );
  }
}
