import { Refusal, unreadable } from '../refusal.ts';
import { countValues, weightsOf, type Weights } from '../stateDict.ts';

const HALF_FLAG = 0x01306b47;
const INT8_FLAG = 0x000d4b38;

/** Reads weights from a `.bin` file, one layer after the other. */
export class NcnnWeights {
  readonly #file: Buffer;
  #at = 0;

  constructor(file: Buffer) {
    this.#file = file;
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#file.length)
      throw unreadable('the .bin file is shorter than the .param file needs');
    this.#at += length;
    return this.#file.subarray(this.#at - length, this.#at);
  }

  /** Values without a flag: biases, slopes, constants. */
  floats(shape: readonly number[], name: string): Weights {
    const bytes = this.#take(4 * countValues(shape, name));
    return weightsOf({ shape, type: 'float32', bytes: () => bytes }, name);
  }

  /** Kernels, which begin with a flag for their storage form. */
  flagged(shape: readonly number[], name: string): Weights {
    const flag = this.#take(4).readUInt32LE();
    if (flag === 0) return this.floats(shape, name);
    if (flag !== HALF_FLAG) {
      const form = flag === INT8_FLAG ? '8-bit' : 'packed';
      throw new Refusal(
        'model/unsupported',
        `The weights of the layer "${name.slice(0, 100)}" are ${form} numbers. Use the network with 16-bit or 32-bit weights.`,
      );
    }
    const count = countValues(shape, name);
    const bytes = this.#take(2 * count);
    // Padded to four bytes.
    if (count % 2 === 1) this.#take(2);
    return weightsOf({ shape, type: 'float16', bytes: () => bytes }, name);
  }

  /** @throws Refusal if weights are left: the two files are not a pair. */
  finish(): void {
    const left = this.#file.length - this.#at;
    if (left > 0) throw unreadable(`the .bin file has ${left} bytes more than the .param file needs`);
  }
}

/** Swaps the first two axes of a kernel. */
export function swapAxes({ shape, data }: Weights): Weights {
  const [first = 1, second = 1, ...rest] = shape;
  const size = rest.reduce((product, each) => product * each, 1);
  const swapped = new Float32Array(data.length);
  for (let a = 0; a < first; a++) {
    for (let b = 0; b < second; b++) {
      const from = (a * second + b) * size;
      swapped.set(data.subarray(from, from + size), (b * first + a) * size);
    }
  }
  return { shape: [second, first, ...rest], data: swapped };
}
