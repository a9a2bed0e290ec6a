import { GraphBuilder, INPUT_NAME } from '../graphBuilder.ts';
import { Refusal, unreadable } from '../refusal.ts';
import type { StateDict } from '../stateDict.ts';
import { stateVariant, type Architecture, type ForeignNetwork } from './architecture.ts';
import { WeightReader } from './weightReader.ts';

const GROUPS = 4;
const GROUP_EPSILON = 1e-5;
const LAYER_EPSILON = 1e-6;

class PlksrBuilder {
  readonly builder = new GraphBuilder();
  readonly #reader: WeightReader;
  readonly #dim: number;

  constructor(reader: WeightReader, dim: number) {
    this.#reader = reader;
    this.#dim = dim;
  }

  layer(name: string, input: string, shape: readonly (number | undefined)[]): string {
    const { kernel, bias } = this.#reader.layer(name, shape);
    return this.builder.convolution(input, kernel, bias);
  }

  /** Two convolutions; the weights show which one, if either, is 1 × 1. */
  #mixer(name: string, input: string): string {
    const widest = this.#reader.size(`${name}.0.weight`, 0);
    const sides = ['0', '2'].map((part) => this.#reader.size(`${name}.${part}.weight`, 2));
    const wide = this.layer(`${name}.0`, input, [widest, this.#dim, sides[0], sides[0]]);
    return this.layer(`${name}.2`, this.#activation(wide), [this.#dim, widest, sides[1], sides[1]]);
  }

  #activation(input: string): string {
    const isForRealImages = ['norm.weight', 'layer_norm.bias'].some((part) =>
      this.#reader.has(`feats.1.${part}`),
    );
    return isForRealImages ? this.builder.mish(input) : this.#gelu(input);
  }

  #gelu(input: string): string {
    const { builder } = this;
    const error = builder.node('Erf', [builder.scaled(input, Math.SQRT1_2)]);
    return builder.scaled(builder.node('Mul', [input, builder.add(error, builder.numbers([1], []))]), 0.5);
  }

  /** A large kernel on the first channels only. */
  #largeKernel(name: string, input: string): string {
    const { builder } = this;
    const [share = 0, , sidePx = 0] = this.#reader.shape(`${name}.conv.weight`);
    if (share === 0 || share > this.#dim) throw unreadable('the large kernel of a block does not fit');
    if (share === this.#dim) return this.layer(`${name}.conv`, input, [share, share, sidePx, sidePx]);
    const sizes = builder.integers([share, this.#dim - share]);
    const [seen = '', rest = ''] = builder.nodes('Split', [input, sizes], { axis: 1 }, 2);
    return builder.concat([this.layer(`${name}.conv`, seen, [share, share, sidePx, sidePx]), rest]);
  }

  #scaleAndShift(input: string, name: string): string {
    const { builder } = this;
    const scale = builder.perChannel(this.#reader.weights(`${name}.weight`, [this.#dim]));
    const shift = builder.perChannel(this.#reader.weights(`${name}.bias`, [this.#dim]));
    return builder.add(builder.node('Mul', [input, scale]), shift);
  }

  /** Normalises each pixel over its channels. */
  #layerNorm(name: string, input: string): string {
    const { builder } = this;
    const means = (each: string): string => builder.node('ReduceMean', [each], { axes: [1], keepdims: 1 });
    const centred = builder.node('Sub', [input, means(input)]);
    const variance = means(builder.node('Mul', [centred, centred]));
    const deviation = builder.node('Sqrt', [builder.add(variance, builder.numbers([LAYER_EPSILON], []))]);
    return this.#scaleAndShift(builder.node('Div', [centred, deviation]), name);
  }

  block(name: string, input: string): string {
    const { builder } = this;
    const reader = this.#reader;
    const hasLayerNorm = reader.has(`${name}.layer_norm.bias`);
    const start = hasLayerNorm ? this.#layerNorm(`${name}.layer_norm`, input) : input;
    let made = this.#largeKernel(`${name}.lk`, this.#mixer(`${name}.channel_mixer`, start));
    if (reader.has(`${name}.attn.f.0.weight`)) {
      const gate = this.layer(`${name}.attn.f.0`, made, [this.#dim, this.#dim, 3, 3]);
      made = builder.node('Mul', [made, builder.node('Sigmoid', [gate])]);
    }
    made = this.layer(`${name}.refine`, made, [this.#dim, this.#dim, 1, 1]);
    if (!hasLayerNorm && reader.has(`${name}.norm.weight`)) {
      made = this.#scaleAndShift(builder.groupNormalised(made, GROUPS, GROUP_EPSILON), `${name}.norm`);
    }
    return builder.add(made, input);
  }
}

function build(tensors: StateDict): ForeignNetwork {
  if ([...tensors.keys()].some((name) => name.startsWith('to_img.'))) {
    throw new Refusal(
      'model/unsupported',
      'The network is a PLKSR that ends in DySample, which is not supported. An .onnx file of it would work.',
    );
  }
  const reader = new WeightReader(tensors, 'PLKSR');
  const lastIndex = reader.countOf(/^feats\.(\d+)\./) - 1;
  const blocks = reader.countOf(/^feats\.(\d+)\.lk\./) - 1;
  const dim = reader.size('feats.0.weight', 0);
  const rows = reader.size(`feats.${lastIndex}.weight`, 0);
  const scale = Math.sqrt(rows / 3);
  if (!Number.isInteger(scale)) throw unreadable(`${rows} channels make no image of 3`);
  const made = new PlksrBuilder(reader, dim);
  const { builder } = made;
  let current = made.layer('feats.0', INPUT_NAME, [dim, 3, 3, 3]);
  for (let index = 1; index <= blocks; index++) current = made.block(`feats.${index}`, current);
  const last = made.layer(`feats.${lastIndex}`, current, [rows, dim, 3, 3]);
  // Every channel of the input, once for each sub-pixel: the shuffle makes nearest neighbour of it.
  const copies = Array.from({ length: rows }, (_, row) => Math.floor(row / scale ** 2));
  const repeated = builder.node('Gather', [INPUT_NAME, builder.integers(copies)], { axis: 1 });
  const enlarged = builder.pixelShuffle(builder.add(last, repeated), scale);
  reader.finish();
  return {
    architecture:
      reader.has('feats.1.norm.weight') || reader.has('feats.1.layer_norm.bias') ? 'RealPLKSR' : 'PLKSR',
    layers: `${blocks} blocks, ${dim} channels, kernels of ${reader.size('feats.1.lk.conv.weight', 2)} pixels`,
    variants: [stateVariant(builder.finish(enlarged))],
    multiplePx: 1,
  };
}

/** Partial Large Kernel networks, and their form for real images. */
export const plksr: Architecture = {
  name: 'PLKSR',
  recognise: (tensors) =>
    [
      'feats.0.weight',
      'feats.1.lk.conv.weight',
      'feats.1.refine.weight',
      'feats.1.channel_mixer.0.weight',
    ].every((name) => tensors.has(name)),
  build,
};
