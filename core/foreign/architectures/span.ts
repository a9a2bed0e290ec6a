import { GraphBuilder, INPUT_NAME } from '../graphBuilder.ts';
import { unreadable } from '../refusal.ts';
import type { StateDict, Weights } from '../stateDict.ts';
import { stateVariant, type Architecture, type ForeignNetwork } from './architecture.ts';
import { collapse } from './collapse.ts';
import { WeightReader } from './weightReader.ts';

/** Mean of the images of DIV2K, and the range that these networks were trained on. */
const MEAN = [0.4488, 0.4371, 0.404];
const RANGE = 255;

const BLOCKS = 6;

class SpanBuilder {
  readonly builder = new GraphBuilder();
  readonly #reader: WeightReader;

  constructor(reader: WeightReader) {
    this.#reader = reader;
  }

  /** A layer that was trained as four convolutions; the folded weights in the file may be out of date. */
  #folded(name: string): { kernel: Weights; bias: Weights } {
    const reader = this.#reader;
    const layer = (part: string): { kernel: Weights; bias: Weights | undefined } => {
      const [outputs, inputs, height, width] = reader.shape(`${name}.${part}.weight`);
      return reader.layer(`${name}.${part}`, [outputs, inputs, height, width]);
    };
    for (const part of ['weight', 'bias']) reader.ignore(`${name}.eval_conv.${part}`);
    return collapse([layer('conv.0'), layer('conv.1'), layer('conv.2')], layer('sk'));
  }

  layer(name: string, input: string): string {
    if (this.#reader.has(`${name}.sk.weight`)) {
      const { kernel, bias } = this.#folded(name);
      return this.builder.convolution(input, kernel, bias);
    }
    // Published for use only, with just the folded layers.
    const { kernel, bias } = this.#reader.layer(`${name}.eval_conv`, [undefined, undefined, 3, 3]);
    return this.builder.convolution(input, kernel, bias);
  }

  /** @returns What the block makes, and what its first layer made. */
  block(name: string, input: string): { made: string; inner: string } {
    const { builder } = this;
    const inner = builder.silu(this.layer(`${name}.c1_r`, input));
    const second = builder.silu(this.layer(`${name}.c2_r`, inner));
    const third = this.layer(`${name}.c3_r`, second);
    const attention = builder.node('Sub', [builder.node('Sigmoid', [third]), builder.numbers([0.5], [])]);
    return { made: builder.node('Mul', [builder.add(third, input), attention]), inner };
  }
}

function build(tensors: StateDict): ForeignNetwork {
  const reader = new WeightReader(tensors, 'SPAN');
  const span = new SpanBuilder(reader);
  const { builder } = span;
  const features = reader.size('conv_cat.weight', 0);
  const rows = reader.size('upsampler.0.weight', 0);
  const scale = Math.sqrt(rows / 3);
  if (!Number.isInteger(scale)) throw unreadable(`${rows} channels make no image of 3`);
  const isPlain = reader.has('no_norm');
  if (isPlain) reader.ignore('no_norm');
  const centred = builder.node('Sub', [INPUT_NAME, builder.perChannel(MEAN)]);
  const input = isPlain ? INPUT_NAME : builder.scaled(centred, RANGE);
  const first = span.layer('conv_1', input);
  const made: string[] = [];
  let [current, inner] = [first, first];
  for (let index = 1; index <= BLOCKS; index++) {
    const block = span.block(`block_${index}`, current);
    [current, inner] = [block.made, block.inner];
    made.push(current);
  }
  const last = span.layer('conv_2', current);
  const joined = builder.concat([first, last, made[0] ?? first, inner]);
  const mix = reader.layer('conv_cat', [features, 4 * features, 1, 1]);
  const end = reader.layer('upsampler.0', [rows, features, 3, 3]);
  const mixed = builder.convolution(joined, mix.kernel, mix.bias);
  const enlarged = builder.pixelShuffle(builder.convolution(mixed, end.kernel, end.bias), scale);
  reader.finish();
  return {
    architecture: 'SPAN',
    layers: `${BLOCKS} blocks, ${features} channels`,
    variants: [stateVariant(builder.finish(enlarged))],
    multiplePx: 1,
  };
}

/** Swift Parameter-free Attention Network: small and quick. */
export const span: Architecture = {
  name: 'SPAN',
  recognise: (tensors) =>
    (tensors.has('conv_1.sk.weight') || tensors.has('conv_1.eval_conv.weight')) &&
    ['block_1.c1_r.sk.weight', 'block_1.c1_r.eval_conv.weight'].some((name) => tensors.has(name)) &&
    ['conv_cat.weight', 'upsampler.0.weight'].every((name) => tensors.has(name)),
  build,
};
