import { MAX_NAME_CHARACTERS } from '../limits.ts';
import { Refusal, unreadable } from '../refusal.ts';

/** One layer of a `.param` file. */
export interface NcnnLayer {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly settings: NcnnSettings;
}

const MAGIC = '7767517';
const MAX_LAYERS = 20_000;
const MAX_ENDS = 64;
const ARRAY_BASE = -23300;
const MAX_ARRAY = 10_000;

export function isNcnnParam(file: Buffer): boolean {
  return file.toString('latin1', 0, MAGIC.length) === MAGIC;
}

/** Numbers and lists of numbers by their key. */
export class NcnnSettings {
  readonly #numbers = new Map<number, number>();
  readonly #lists = new Map<number, readonly number[]>();

  constructor(words: readonly string[]) {
    for (const word of words) {
      const [, key, value] = /^(-?\d{1,6})=(.+)$/.exec(word) ?? [];
      if (key === undefined || value === undefined)
        throw unreadable(`it has the setting "${word.slice(0, 50)}"`);
      if (Number(key) <= ARRAY_BASE) this.#lists.set(ARRAY_BASE - Number(key), readList(value));
      else this.#numbers.set(Number(key), readNumber(value));
    }
  }

  number(key: number, fallback: number): number {
    return this.#numbers.get(key) ?? fallback;
  }

  /** @throws Refusal for a number that is negative, not whole, or above `most`. */
  whole(key: number, fallback: number, most: number): number {
    const value = this.number(key, fallback);
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw unreadable(`a layer has the setting ${key}=${value}`);
  }

  list(key: number): readonly number[] | undefined {
    return this.#lists.get(key);
  }
}

function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw unreadable(`it has the number "${text.slice(0, 50)}"`);
}

function readList(text: string): number[] {
  const [count, ...values] = text.split(',').map(readNumber);
  if (count !== values.length || values.length > MAX_ARRAY)
    throw unreadable('a list of numbers in it is incomplete');
  return values;
}

function readLayer(line: string): NcnnLayer {
  const [type = '', name = '', inputCount, outputCount, ...words] = line.split(/\s+/);
  const [inputs, outputs] = [Number(inputCount), Number(outputCount)];
  const areCounts = [inputs, outputs].every(
    (count) => Number.isInteger(count) && count >= 0 && count <= MAX_ENDS,
  );
  if (!areCounts || words.length < inputs + outputs)
    throw unreadable(`the layer "${name.slice(0, 50)}" is incomplete`);
  if (words.some((word) => word.length > 16 * MAX_NAME_CHARACTERS))
    throw unreadable('a name in it does not end');
  return {
    type,
    name,
    inputs: words.slice(0, inputs),
    outputs: words.slice(inputs, inputs + outputs),
    settings: new NcnnSettings(words.slice(inputs + outputs)),
  };
}

/** @throws Refusal */
export function readNcnnParam(file: Buffer): NcnnLayer[] {
  const lines = file.toString('utf8').split(/\r?\n/);
  if (lines[0]?.trim() !== MAGIC) {
    throw new Refusal(
      'model/unsupported',
      "The file is not a .param file in text form. Use the .param file that ncnn's tools write as text.",
    );
  }
  const [count] = lines[1]?.trim().split(/\s+/).map(Number) ?? [];
  const layers = lines.slice(2).filter((line) => line.trim() !== '');
  if (layers.length !== count)
    throw unreadable(`it announces ${count ?? 'no'} layers and has ${layers.length}`);
  if (layers.length > MAX_LAYERS) throw unreadable(`it has ${layers.length} layers`);
  return layers.map((line) => readLayer(line.trim()));
}
