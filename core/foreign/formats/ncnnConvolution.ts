import type { ConvolutionOptions, GraphBuilder } from '../graphBuilder.ts';
import { MAX_SIDE } from '../limits.ts';
import { Refusal, unreadable } from '../refusal.ts';
import { swapAxes, type NcnnWeights } from './ncnnWeights.ts';
import type { NcnnLayer } from './ncnnParam.ts';

/** What translating a layer needs. */
export interface NcnnTranslation {
  readonly builder: GraphBuilder;
  readonly weights: NcnnWeights;
}

/** Builds a layer's output, or one for each of its names. */
export type Translate = (
  layer: NcnnLayer,
  inputs: readonly string[],
  tools: NcnnTranslation,
) => string | readonly string[];

export const MAX_CHANNELS = 16_384;
const MAX_KERNEL_VALUES = 2 ** 28;

export function notUnderstood(layer: NcnnLayer, what: string): Refusal {
  return new Refusal(
    'model/unsupported',
    `The layer "${layer.name.slice(0, 100)}" (${layer.type.slice(0, 50)}) ${what}, which is not supported. ` +
      'An .onnx file of the same network would work.',
  );
}

export function only(inputs: readonly string[], layer: NcnnLayer): string {
  const [first] = inputs;
  if (first === undefined || inputs.length !== 1)
    throw unreadable(`the layer "${layer.name}" has ${inputs.length} inputs`);
  return first;
}

export function activate(
  input: string,
  type: number,
  parameters: readonly number[],
  { builder }: NcnnTranslation,
): string {
  const [a = 0, b = 0] = parameters;
  switch (type) {
    case 0:
      return input;
    case 1:
      return builder.node('Relu', [input]);
    case 2:
      return builder.leakyRelu(input, a);
    case 3:
      return builder.node('Clip', [input, builder.numbers([a], []), builder.numbers([b], [])]);
    case 4:
      return builder.node('Sigmoid', [input]);
    case 5:
      return builder.mish(input);
    default:
      throw new Refusal(
        'model/unsupported',
        `The network uses the activation ${type} of ncnn, which is not supported.`,
      );
  }
}

interface Window {
  readonly kernel: readonly [number, number];
  readonly options: ConvolutionOptions & { readonly pads: readonly [number, number, number, number] };
}

function readWindow(layer: NcnnLayer): Window {
  const { settings } = layer;
  const both = (across: number, fallback: number, least: number): [number, number] => {
    const width = settings.whole(across, fallback, MAX_SIDE);
    const height = settings.whole(across + 10, width, MAX_SIDE);
    if (Math.min(width, height) < least) throw unreadable(`the layer "${layer.name}" has a side of 0`);
    return [height, width];
  };
  if (settings.number(4, 0) < 0) throw notUnderstood(layer, 'pads by the size of the image');
  const left = settings.whole(4, 0, MAX_SIDE);
  const right = settings.whole(15, left, MAX_SIDE);
  const top = settings.whole(14, left, MAX_SIDE);
  const bottom = settings.whole(16, top, MAX_SIDE);
  return {
    kernel: both(1, 0, 1),
    options: { pads: [top, left, bottom, right], strides: both(3, 1, 1), dilations: both(2, 1, 1) },
  };
}

export const convolution: Translate = (layer, inputs, tools) => {
  const { settings, name } = layer;
  const { kernel, options } = readWindow(layer);
  if (settings.number(8, 0) !== 0) throw notUnderstood(layer, 'computes with 8-bit numbers');
  if (settings.number(19, 0) !== 0) throw notUnderstood(layer, 'computes its own weights');
  if (settings.number(18, 0) !== 0) throw notUnderstood(layer, 'pads with a value other than 0');
  const outputs = settings.whole(0, 0, MAX_CHANNELS);
  const groups = layer.type === 'Convolution' ? 1 : settings.whole(7, 1, MAX_CHANNELS);
  const values = settings.whole(6, 0, MAX_KERNEL_VALUES);
  const inputChannels = values / (outputs * kernel[0] * kernel[1]);
  if (!Number.isInteger(inputChannels)) throw unreadable(`the layer "${name}" has ${values} weights`);
  const weights = tools.weights.flagged([outputs, inputChannels, ...kernel], name);
  const bias = settings.number(5, 0) === 0 ? undefined : tools.weights.floats([outputs], name);
  const made = tools.builder.convolution(only(inputs, layer), weights, bias, { ...options, groups });
  return activate(made, settings.number(9, 0), settings.list(10) ?? [], tools);
};

export const deconvolution: Translate = (layer, inputs, tools) => {
  const { settings, name } = layer;
  const { kernel, options } = readWindow(layer);
  if ([18, 19, 20, 21].some((key) => settings.number(key, 0) !== 0))
    throw notUnderstood(layer, 'sets its size');
  const outputs = settings.whole(0, 0, MAX_CHANNELS);
  const inputChannels = settings.whole(6, 0, MAX_KERNEL_VALUES) / (outputs * kernel[0] * kernel[1]);
  if (!Number.isInteger(inputChannels)) throw unreadable(`the layer "${name}" has an odd number of weights`);
  const weights = swapAxes(tools.weights.flagged([outputs, inputChannels, ...kernel], name));
  const bias = settings.number(5, 0) === 0 ? undefined : tools.weights.floats([outputs], name);
  const { builder } = tools;
  const operands = [only(inputs, layer), builder.weights(weights), ...(bias ? [builder.weights(bias)] : [])];
  const made = builder.node('ConvTranspose', operands, {
    kernel_shape: kernel,
    pads: options.pads,
    strides: options.strides ?? [1, 1],
    dilations: options.dilations ?? [1, 1],
  });
  return activate(made, settings.number(9, 0), settings.list(10) ?? [], tools);
};
