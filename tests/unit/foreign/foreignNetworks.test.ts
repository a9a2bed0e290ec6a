import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { InferenceSession, Tensor } from '../../../core/engine/onnxLoader.ts';
import { sessionOptions } from '../../../core/engine/onnxRuntime.ts';
import { readForeign } from '../../../core/foreign/readForeign.ts';
import { writeOnnx } from '../../../core/onnx/writeOnnx.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/foreign/', import.meta.url));

type FloatTensor = InstanceType<typeof Tensor>;

interface Answers {
  readonly input: { readonly height: number; readonly width: number };
  readonly networks: readonly { file: string; answer: string; height: number; width: number }[];
}

const { input, networks } = JSON.parse(readFileSync(path.join(FIXTURES, 'networks.json'), 'utf8')) as Answers;

function floats(name: string): Float32Array {
  return new Float32Array(Uint8Array.from(readFileSync(path.join(FIXTURES, name))).buffer);
}

/** Pads to a multiple by reflection at the right and below, as the engine does for networks that need it. */
function padded(data: Float32Array, multiplePx: number): FloatTensor {
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
  return new Tensor('float32', values, [1, 3, high, wide]);
}

function largestDifference(
  made: FloatTensor,
  answer: Float32Array,
  { width, height }: { width: number; height: number },
): number {
  const [, , , madeWidth = 0] = made.dims;
  const madeHeight = made.dims[2] ?? 0;
  const values = made.data as Float32Array;
  let largest = 0;
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const difference =
          values[(plane * madeHeight + y) * madeWidth + x]! - answer[(plane * height + y) * width + x]!;
        if (!(Math.abs(difference) <= largest)) largest = Math.abs(difference);
      }
    }
  }
  return largest;
}

describe('a tiny network of each kind, in each container, gives the answer that PyTorch gave', () => {
  test.each(networks)('$file', async ({ file, answer, width, height }) => {
    const { network } = await readForeign(path.join(FIXTURES, file));
    const range = file.includes('nhwc') ? { black: 0, white: 255 } : undefined;
    const isTripled = file.includes('x3');
    const variant = network.variants[isTripled ? 1 : 0];
    const session = await InferenceSession.create(writeOnnx(variant!.graph(range)), sessionOptions('cpu', 1));
    const { enlarged } = await session.run({ image: padded(floats('input.f32'), network.multiplePx) });
    expect(largestDifference(enlarged as FloatTensor, floats(answer), { width, height })).toBeLessThan(1e-4);
    await session.release();
  });
});
