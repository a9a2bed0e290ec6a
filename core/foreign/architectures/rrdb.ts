import { GraphBuilder, INPUT_NAME } from '../graphBuilder.ts';
import { Refusal, unreadable } from '../refusal.ts';
import type { StateDict } from '../stateDict.ts';
import { eachPlane, stateVariant, type Architecture, type ForeignNetwork } from './architecture.ts';
import { WeightReader } from './weightReader.ts';

/** The names of the layers in one of the forms in which these networks are published. */
interface Names {
  readonly first: string;
  readonly block: (index: number) => string;
  /** Dense block 1, 2 or 3 of a block. */
  readonly dense: (block: string, index: number) => string;
  readonly inner: (dense: string, index: number) => string;
  readonly trunk: string;
  /** Convolutions of the enlargements in order, then the two that end the network. */
  readonly tail: readonly string[];
}

const SLOPE = 0.2;
const RESIDUAL = 0.2;
const DENSE_LAYERS = 5;

function existing(reader: WeightReader, names: readonly string[]): string[] {
  return names.filter((name) => reader.has(`${name}.weight`));
}

function newNames(reader: WeightReader): Names {
  const isBsrgan = reader.has('trunk_conv.weight');
  const ups = [1, 2, 3].map((index) => (isBsrgan ? `upconv${index}` : `conv_up${index}`));
  const trunk = isBsrgan ? 'RRDB_trunk' : 'body';
  return {
    first: 'conv_first',
    block: (index) => `${trunk}.${index}`,
    dense: (block, index) => `${block}.${isBsrgan ? 'RDB' : 'rdb'}${index}`,
    inner: (dense, index) => `${dense}.conv${index}`,
    trunk: isBsrgan ? 'trunk_conv' : 'conv_body',
    tail: [...existing(reader, ups), isBsrgan ? 'HRconv' : 'conv_hr', 'conv_last'],
  };
}

function oldNames(reader: WeightReader): Names {
  const trunk = reader.names.find((name) => /^model\.1\.sub\.\d+\.weight$/.test(name));
  if (trunk === undefined) throw unreadable('the convolution after the blocks is missing');
  const tail = reader.names
    .flatMap((name) => /^model\.(\d+)\.weight$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((index) => index > 1)
    .sort((a, b) => a - b);
  return {
    first: 'model.0',
    block: (index) => `model.1.sub.${index}`,
    dense: (block, index) => `${block}.RDB${index}`,
    inner: (dense, index) => `${dense}.conv${index}.0`,
    trunk: trunk.slice(0, -'.weight'.length),
    tail: tail.map((index) => `model.${index}`),
  };
}

/** Sizes that follow from the weights themselves. */
interface Sizes {
  readonly features: number;
  readonly growth: number;
  readonly blocks: number;
}

class RrdbBuilder {
  readonly builder = new GraphBuilder();
  readonly #reader: WeightReader;
  readonly #names: Names;
  readonly #sizes: Sizes;

  constructor(reader: WeightReader, names: Names, sizes: Sizes) {
    this.#reader = reader;
    this.#names = names;
    this.#sizes = sizes;
  }

  convolution(name: string, input: string, shape: readonly [number | undefined, number]): string {
    const { kernel, bias } = this.#reader.layer(name, [...shape, 3, 3]);
    return this.builder.convolution(input, kernel, bias);
  }

  activated(name: string, input: string, shape: readonly [number | undefined, number]): string {
    return this.builder.leakyRelu(this.convolution(name, input, shape), SLOPE);
  }

  #denseBlock(name: string, input: string): string {
    const { features, growth } = this.#sizes;
    const { inner } = this.#names;
    const made = [input];
    const inputsOf = (): number => features + growth * (made.length - 1);
    const shortcut = `${name}.conv1x1`;
    for (let index = 1; index < DENSE_LAYERS; index++) {
      let next = this.activated(inner(name, index), this.builder.concat(made), [growth, inputsOf()]);
      // ESRGAN+ adds the input to the second layer, and that to the fourth.
      if (this.#reader.has(`${shortcut}.weight`) && index === 2) {
        const { kernel, bias } = this.#reader.layer(shortcut, [growth, features, 1, 1]);
        next = this.builder.add(next, this.builder.convolution(input, kernel, bias));
      }
      if (this.#reader.has(`${shortcut}.weight`) && index === 4) next = this.builder.add(next, made[2]!);
      made.push(next);
    }
    const last = this.convolution(inner(name, DENSE_LAYERS), this.builder.concat(made), [
      features,
      inputsOf(),
    ]);
    return this.builder.add(this.builder.scaled(last, RESIDUAL), input);
  }

  #block(name: string, input: string): string {
    const { dense } = this.#names;
    const made = [1, 2, 3].reduce((each, index) => this.#denseBlock(dense(name, index), each), input);
    return this.builder.add(this.builder.scaled(made, RESIDUAL), input);
  }

  trunk(input: string): string {
    const { block, trunk } = this.#names;
    const { blocks, features } = this.#sizes;
    const indices = Array.from({ length: blocks }, (_, index) => index);
    const made = indices.reduce((each, index) => this.#block(block(index), each), input);
    return this.builder.add(this.convolution(trunk, made, [features, features]), input);
  }

  /** One step of the enlargement: nearest neighbour or a pixel shuffle, whichever the weights are for. */
  step(name: string, input: string, factor: number): string {
    const { features } = this.#sizes;
    const rows = this.#reader.size(`${name}.weight`, 0);
    if (rows === features)
      return this.activated(name, this.builder.nearest(input, factor), [features, features]);
    if (rows !== features * factor ** 2) throw unreadable(`the weights "${name}" enlarge by no whole factor`);
    const shuffled = this.builder.pixelShuffle(this.convolution(name, input, [rows, features]), factor);
    return this.builder.leakyRelu(shuffled, SLOPE);
  }
}

/** How much smaller the image is made first: its pixels become channels. */
function unshuffleFactor(inputs: number, outputs: number): number {
  for (const factor of [1, 2, 4]) if (inputs === outputs * factor ** 2) return factor;
  throw new Refusal(
    'model/unsupported',
    `The network takes ${inputs} channels and makes ${outputs}; images have 3, or 1 for grey.`,
  );
}

function buildWithStep(tensors: StateDict, factor: number): { network: ForeignNetwork; steps: number } {
  const isOld = tensors.has('model.0.weight');
  const reader = new WeightReader(tensors, 'ESRGAN (RRDBNet)');
  const names = isOld ? oldNames(reader) : newNames(reader);
  const { first } = names;
  const [ups, [high, last]] = [names.tail.slice(0, -2), names.tail.slice(-2)];
  if (high === undefined || last === undefined) throw unreadable('the last convolutions are missing');
  const features = reader.size(`${first}.weight`, 0);
  const inputs = reader.size(`${first}.weight`, 1);
  const outputs = reader.size(`${last}.weight`, 0);
  const unshuffle = unshuffleFactor(inputs, outputs);
  const sample = names.inner(names.dense(names.block(0), 1), 1);
  const growth = reader.size(`${sample}.weight`, 0);
  const pattern = isOld ? /^model\.1\.sub\.(\d+)\.RDB/ : /^(?:body|RRDB_trunk)\.(\d+)\.(?:rdb|RDB)/;
  const blocks = reader.countOf(pattern);
  const made = new RrdbBuilder(reader, names, { features, growth, blocks });
  const { builder } = made;
  const result = eachPlane(builder, INPUT_NAME, outputs, (plane) => {
    const head = made.convolution(first, builder.pixelUnshuffle(plane, unshuffle, outputs), [
      features,
      inputs,
    ]);
    const enlarged = ups.reduce((each, name) => made.step(name, each, factor), made.trunk(head));
    return made.convolution(last, made.activated(high, enlarged, [features, features]), [outputs, features]);
  });
  reader.finish();
  const plus = reader.names.some((name) => name.includes('conv1x1')) ? 'ESRGAN+' : 'ESRGAN';
  const network = {
    architecture: `${plus} (RRDBNet)`,
    layers: `${blocks} blocks, ${features} channels, ${growth} growing`,
    variants: [stateVariant(builder.finish(result))],
    multiplePx: unshuffle,
  };
  return { network, steps: ups.length };
}

function build(tensors: StateDict): ForeignNetwork {
  const { network, steps } = buildWithStep(tensors, 2);
  // Networks for ×3 in the old form have one step of factor 3 and the very same weights as those for ×2.
  const mayBeThree = steps === 1 && tensors.has('model.0.weight');
  if (!mayBeThree) return network;
  return { ...network, variants: [...network.variants, ...buildWithStep(tensors, 3).network.variants] };
}

/** ESRGAN, Real-ESRGAN, BSRGAN, RealSR and the thousands of networks that people have trained with the same architecture. */
export const rrdb: Architecture = {
  name: 'ESRGAN (RRDBNet)',
  recognise: (tensors) =>
    (tensors.has('model.0.weight') && tensors.has('model.1.sub.0.RDB1.conv1.0.weight')) ||
    (tensors.has('conv_first.weight') &&
      ['body.0.rdb1.conv1.weight', 'RRDB_trunk.0.RDB1.conv1.weight'].some((name) => tensors.has(name))),
  build,
};
