import { MAX_SIDE } from '../limits.ts';
import { unreadable } from '../refusal.ts';
import {
  activate,
  convolution,
  deconvolution,
  MAX_CHANNELS,
  notUnderstood,
  only,
  type Translate,
} from './ncnnConvolution.ts';
import type { NcnnLayer, NcnnSettings } from './ncnnParam.ts';

const BINARY = ['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Pow'];
/** From this code on, the two sides are exchanged: subtract from, divide by. */
const REVERSED: Readonly<Record<number, string>> = { 7: 'Sub', 8: 'Div' };

const binary: Translate = (layer, inputs, { builder }) => {
  const { settings } = layer;
  const code = settings.number(0, 0);
  const operator = BINARY[code] ?? REVERSED[code];
  if (operator === undefined) throw notUnderstood(layer, `uses the operation ${code}`);
  const hasScalar = settings.number(1, 0) !== 0;
  const [first, second = hasScalar ? builder.numbers([settings.number(2, 0)], []) : undefined] = inputs;
  if (first === undefined || second === undefined)
    throw unreadable(`the layer "${layer.name}" lacks an input`);
  return builder.node(operator, code in REVERSED ? [second, first] : [first, second]);
};

const eltwise: Translate = (layer, inputs, { builder }) => {
  const operator = ['Mul', 'Add', 'Max'][layer.settings.number(0, 0)];
  const coefficients = layer.settings.list(1) ?? [];
  if (operator === undefined) throw notUnderstood(layer, 'uses an unknown operation');
  const isWeighted = operator === 'Add' && coefficients.length > 0;
  if (isWeighted && coefficients.length !== inputs.length)
    throw unreadable(`the layer "${layer.name}" lacks factors`);
  const operands = isWeighted
    ? inputs.map((each, index) => builder.scaled(each, coefficients[index] ?? 1))
    : inputs;
  const [first, ...rest] = operands;
  if (first === undefined) throw unreadable(`the layer "${layer.name}" has no inputs`);
  return rest.reduce((sum, next) => builder.node(operator, [sum, next]), first);
};

function resizeFactors(layer: NcnnLayer, settings: NcnnSettings): readonly [number, number] {
  const factors = [settings.number(1, 1), settings.number(2, 1)] as const;
  if (settings.number(3, 0) !== 0 || settings.number(4, 0) !== 0 || settings.number(5, 0) !== 0) {
    throw notUnderstood(layer, 'resizes to a fixed size');
  }
  if (!factors.every((factor) => factor > 0 && factor <= 16))
    throw unreadable(`"${layer.name}" resizes by ${factors.join(', ')}`);
  return factors;
}

const interpolation: Translate = (layer, inputs, { builder }) => {
  const { settings } = layer;
  const [down, across] = resizeFactors(layer, settings);
  const input = only(inputs, layer);
  const kind = settings.number(0, 0);
  if (kind === 1) return builder.nearest(input, down, across);
  const mode = kind === 2 ? 'linear' : kind === 3 ? 'cubic' : undefined;
  if (mode === undefined) throw notUnderstood(layer, `resizes in the way ${kind}`);
  return builder.node('Resize', [input, '', builder.numbers([1, 1, down, across])], {
    mode,
    coordinate_transformation_mode: settings.number(6, 0) === 0 ? 'half_pixel' : 'align_corners',
    ...(mode === 'cubic' && { cubic_coeff_a: { float: -0.75 } }),
  });
};

const padding: Translate = (layer, inputs, { builder }) => {
  const [top, bottom, left, right] = [0, 1, 2, 3].map((key) => layer.settings.whole(key, 0, MAX_SIDE)) as [
    number,
    number,
    number,
    number,
  ];
  const mode = ['constant', 'edge', 'reflect'][layer.settings.number(4, 0)];
  if (mode === undefined) throw notUnderstood(layer, 'pads in an unknown way');
  const pads = builder.integers([0, 0, top, left, 0, 0, bottom, right]);
  return builder.node(
    'Pad',
    [only(inputs, layer), pads, builder.numbers([layer.settings.number(5, 0)], [])],
    { mode },
  );
};

const constant: Translate = ({ settings, name }, _, { builder, weights }) => {
  const [width, height, channels] = [0, 1, 2].map((key) => settings.whole(key, 0, MAX_CHANNELS)) as [
    number,
    number,
    number,
  ];
  if (width === 0) throw unreadable(`the layer "${name}" is empty`);
  // A single row has one number for each channel.
  const shape =
    height === 0 && channels === 0
      ? [1, width, 1, 1]
      : [1, Math.max(channels, 1), Math.max(height, 1), width];
  return builder.weights(weights.floats(shape, name));
};

/** How `Slice` writes "the rest". */
const THE_REST = -233;

const slice: Translate = (layer, inputs, { builder }) => {
  const { settings, outputs } = layer;
  const sizes = settings.list(0) ?? [];
  const isEven = sizes.every((size) => size === THE_REST);
  const areSizes = sizes
    .slice(0, -1)
    .every((size) => Number.isInteger(size) && size > 0 && size <= MAX_CHANNELS);
  if (settings.number(1, 0) !== 0 || sizes.length !== outputs.length)
    throw notUnderstood(layer, 'cuts along another axis');
  if (isEven) throw notUnderstood(layer, 'cuts into equal parts');
  if (!areSizes) throw unreadable(`the layer "${layer.name}" cuts at ${sizes.join(', ')}`);
  // Only the last part may be open: each begins where the one before it ends.
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  return starts.map((start, index) => {
    const end = index === sizes.length - 1 ? Number.MAX_SAFE_INTEGER : start + (sizes[index] ?? 0);
    const ends = [builder.integers([start]), builder.integers([end]), builder.integers([1])];
    return builder.node('Slice', [only(inputs, layer), ...ends]);
  });
};

const groupNormalisation: Translate = (layer, inputs, { builder, weights }) => {
  const { settings, name } = layer;
  const [groups, channels] = [settings.whole(0, 1, MAX_CHANNELS), settings.whole(1, 0, MAX_CHANNELS)];
  const input = only(inputs, layer);
  const normal = builder.groupNormalised(input, groups, settings.number(2, 0.001));
  if (settings.number(3, 1) === 0) return normal;
  const scale = builder.perChannel(weights.floats([channels], name));
  const shift = builder.perChannel(weights.floats([channels], name));
  return builder.add(builder.node('Mul', [normal, scale]), shift);
};

function pointwise(operator: string): Translate {
  return (layer, inputs, { builder }) => builder.node(operator, [only(inputs, layer)]);
}

/** Layers that make one tensor, by type. */
export const TRANSLATIONS: ReadonlyMap<string, Translate> = new Map<string, Translate>([
  ['Convolution', convolution],
  ['ConvolutionDepthWise', convolution],
  ['Deconvolution', deconvolution],
  ['BinaryOp', binary],
  ['Eltwise', eltwise],
  ['Interp', interpolation],
  ['Padding', padding],
  ['Slice', slice],
  ['GroupNorm', groupNormalisation],
  ['MemoryData', constant],
  ['Sigmoid', pointwise('Sigmoid')],
  ['TanH', pointwise('Tanh')],
  ['Dropout', pointwise('Identity')],
  ['Noop', pointwise('Identity')],
  ['Swish', (layer, inputs, { builder }) => builder.silu(only(inputs, layer))],
  ['Mish', (layer, inputs, { builder }) => builder.mish(only(inputs, layer))],
  [
    'Concat',
    (layer, inputs, { builder }) => {
      if (layer.settings.number(0, 0) !== 0)
        throw notUnderstood(layer, 'joins along an axis other than the channels');
      return builder.concat(inputs);
    },
  ],
  [
    'ReLU',
    (layer, inputs, { builder }) => {
      const slope = layer.settings.number(0, 0);
      const input = only(inputs, layer);
      return slope === 0 ? builder.node('Relu', [input]) : builder.leakyRelu(input, slope);
    },
  ],
  [
    'PReLU',
    (layer, inputs, { builder, weights }) => {
      const slopes = weights.floats([layer.settings.whole(0, 0, MAX_CHANNELS)], layer.name);
      return builder.prelu(only(inputs, layer), slopes);
    },
  ],
  [
    'Clip',
    (layer, inputs, tools) =>
      activate(
        only(inputs, layer),
        3,
        [layer.settings.number(0, -3.4e38), layer.settings.number(1, 3.4e38)],
        tools,
      ),
  ],
  [
    'PixelShuffle',
    (layer, inputs, { builder }) => {
      const factor = layer.settings.whole(0, 1, MAX_SIDE);
      if (factor === 0) throw unreadable(`the layer "${layer.name}" enlarges 0 times`);
      const mode = layer.settings.number(1, 0) === 0 ? 'CRD' : 'DCR';
      return builder.node('DepthToSpace', [only(inputs, layer)], { blocksize: factor, mode });
    },
  ],
]);
