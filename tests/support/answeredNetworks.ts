import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readForeign } from '../../core/foreign/readForeign.ts';
import { writeOnnx } from '../../core/onnx/writeOnnx.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/foreign/', import.meta.url));

/** Planes of an image, one after the other. */
export interface Planes {
  readonly data: Float32Array;
  /** 1, channels, height, width. */
  readonly dims: readonly number[];
}

/** A tiny network, and the file with PyTorch's output. */
export interface AnsweredNetwork {
  readonly file: string;
  readonly answer: string;
  readonly height: number;
  readonly width: number;
}

/** PyTorch's output for `input.f32`. */
interface Answers {
  readonly input: { readonly height: number; readonly width: number };
  readonly networks: readonly AnsweredNetwork[];
}

const answers = JSON.parse(readFileSync(path.join(FIXTURES, 'networks.json'), 'utf8')) as Answers;
const { input } = answers;

export const ANSWERED_NETWORKS = answers.networks;

function floats(name: string): Float32Array {
  return new Float32Array(Uint8Array.from(readFileSync(path.join(FIXTURES, name))).buffer);
}

/** Pads to a multiple by reflection at the right and below, as the engine does for networks that need it. */
function padded(data: Float32Array, multiplePx: number): Planes {
  const { width, height } = input;
  const [wide, high] = [width, height].map((side) => Math.ceil(side / multiplePx) * multiplePx) as [
    number,
    number,
  ];
  const values = new Float32Array(3 * wide * high);
  const mirrored = (at: number, length: number): number => (at < length ? at : 2 * length - 2 - at);
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < high; y++) {
      for (let x = 0; x < wide; x++) {
        const from = (plane * height + mirrored(y, height)) * width + mirrored(x, width);
        values[(plane * high + y) * wide + x] = data[from]!;
      }
    }
  }
  return { data: values, dims: [1, 3, high, wide] };
}

/** A network as ONNX, and an input for it. */
export async function openAnswered({ file }: AnsweredNetwork): Promise<{ onnx: Buffer; planes: Planes }> {
  const { network } = await readForeign(path.join(FIXTURES, file));
  const range = file.includes('nhwc') ? { black: 0, white: 255 } : undefined;
  const variant = network.variants[file.includes('x3') ? 1 : 0];
  if (variant === undefined) throw new Error(`${file} cannot be read`);
  return { onnx: writeOnnx(variant.graph(range)), planes: padded(floats('input.f32'), network.multiplePx) };
}

/** The difference of a network's output from PyTorch's, which is not padded. */
export function differenceFromAnswer(made: Planes, { answer: name, width, height }: AnsweredNetwork): number {
  const answer = floats(name);
  const [, , madeHeight = 0, madeWidth = 0] = made.dims;
  let largest = 0;
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const difference =
          made.data[(plane * madeHeight + y) * madeWidth + x]! - answer[(plane * height + y) * width + x]!;
        if (!(Math.abs(difference) <= largest)) largest = Math.abs(difference);
      }
    }
  }
  return largest;
}
