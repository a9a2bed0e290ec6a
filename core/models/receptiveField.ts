import { imageInputs, readConvolution, readShuffle, type Convolution } from './convolutions.ts';
import type { OnnxGraph, OnnxOperator } from './onnxFile.ts';

/**
 * How far values look, in input pixels from the start of their cell. A cell is a square of input pixels, as wide as the
 * product of the graph's strides: the smallest area that any tensor covers with whole pixels.
 */
interface Reach {
  /** Tensor pixels per cell, on each axis. */
  readonly scale: number;
  /** Input pixels per cell, on each axis. */
  readonly cellPx: number;
  readonly channels: number;
  /** For each channel and each sub-pixel, row by row: top, bottom, left, right; top > bottom if nothing is seen. */
  readonly spans: Int32Array;
}

const NOTHING = [1, 0, 1, 0];
const SPAN = 4;

function emptyReach({ scale, channels, cellPx }: Omit<Reach, 'spans'>): Reach {
  const spans = new Int32Array(channels * scale * scale * SPAN);
  for (let at = 0; at < spans.length; at += SPAN) spans.set(NOTHING, at);
  return { scale, channels, cellPx, spans };
}

/** What the network's input sees: each pixel itself. */
function inputReach(channels: number, cellPx: number): Reach {
  const reach = emptyReach({ scale: cellPx, channels, cellPx });
  for (let at = 0; at < reach.spans.length; at += SPAN) {
    const place = at / SPAN;
    const [y, x] = [Math.floor(place / cellPx) % cellPx, place % cellPx];
    reach.spans.set([y, y, x, x], at);
  }
  return reach;
}

/** Extends the span at `at` of `target` to include that at `from` of `source`, moved by whole input pixels. */
function widen(
  target: Int32Array,
  at: number,
  source: Int32Array,
  from: number,
  down: number,
  right: number,
): void {
  const [top, bottom] = [source[from]! + down, source[from + 1]! + down];
  const [left, rightmost] = [source[from + 2]! + right, source[from + 3]! + right];
  if (top > bottom) return;
  const isEmpty = target[at]! > target[at + 1]!;
  target[at] = isEmpty ? top : Math.min(target[at]!, top);
  target[at + 1] = isEmpty ? bottom : Math.max(target[at + 1]!, bottom);
  target[at + 2] = isEmpty ? left : Math.min(target[at + 2]!, left);
  target[at + 3] = isEmpty ? rightmost : Math.max(target[at + 3]!, rightmost);
}

/** One weight of a kernel: the channels that it joins, and its place relative to the output pixel. */
interface Tap {
  readonly output: number;
  readonly input: number;
  readonly row: number;
  readonly column: number;
  readonly stride: number;
}

/** Extends what all sub-pixels of channel `output` see by what they reach through one weight. */
function widenThrough(target: Reach, source: Reach, { output, input, row, column, stride }: Tap): void {
  const { scale, cellPx } = source;
  for (let y = 0; y < target.scale; y++) {
    for (let x = 0; x < target.scale; x++) {
      const [fromY, fromX] = [y * stride + row, x * stride + column];
      const [down, right] = [Math.floor(fromY / scale), Math.floor(fromX / scale)];
      const at = ((output * target.scale + y) * target.scale + x) * SPAN;
      const from = ((input * scale + fromY - down * scale) * scale + fromX - right * scale) * SPAN;
      widen(target.spans, at, source.spans, from, down * cellPx, right * cellPx);
    }
  }
}

function throughConvolution(source: Reach, convolution: Convolution): Reach {
  const { kernel, dilation, groups, pads, stride } = convolution;
  const [outputs, groupInputs, sidePx] = kernel.shape as [number, number, number, number];
  const target = emptyReach({ scale: source.scale / stride, channels: outputs, cellPx: source.cellPx });
  for (let output = 0; output < outputs; output++) {
    const firstInput = Math.floor((output * groups) / outputs) * groupInputs;
    for (let index = 0; index < groupInputs * sidePx ** 2; index++) {
      // A weight of zero sees nothing: such kernels are mostly zero, see [Note: Kernels before a shuffle].
      if (kernel.data[output * groupInputs * sidePx ** 2 + index] === 0) continue;
      const input = firstInput + Math.floor(index / sidePx ** 2);
      const row = (Math.floor(index / sidePx) % sidePx) * dilation - pads.topPx;
      const column = (index % sidePx) * dilation - pads.leftPx;
      widenThrough(target, source, { output, input, row, column, stride });
    }
  }
  return target;
}

function throughShuffle(source: Reach, operator: OnnxOperator): Reach {
  const { scale: factor, isSubPixelFirst } = readShuffle(operator);
  const channels = source.channels / factor ** 2;
  const target = emptyReach({ scale: source.scale * factor, channels, cellPx: source.cellPx });
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < target.scale; y++) {
      for (let x = 0; x < target.scale; x++) {
        const subPixel = (y % factor) * factor + (x % factor);
        const input = isSubPixelFirst ? subPixel * channels + channel : channel * factor ** 2 + subPixel;
        const row = input * source.scale + Math.floor(y / factor);
        const from = (row * source.scale + Math.floor(x / factor)) * SPAN;
        widen(
          target.spans,
          ((channel * target.scale + y) * target.scale + x) * SPAN,
          source.spans,
          from,
          0,
          0,
        );
      }
    }
  }
  return target;
}

function joinChannels(sources: readonly Reach[]): Reach {
  const [first] = sources;
  const target = emptyReach({
    ...first!,
    channels: sources.reduce((sum, { channels }) => sum + channels, 0),
  });
  let at = 0;
  for (const { spans } of sources) {
    target.spans.set(spans, at);
    at += spans.length;
  }
  return target;
}

function addReaches(sources: readonly Reach[]): Reach {
  const [first] = sources;
  const target = emptyReach(first!);
  for (const { spans } of sources) {
    for (let at = 0; at < spans.length; at += SPAN) widen(target.spans, at, spans, at, 0, 0);
  }
  return target;
}

/** Operators that work value by value, or add images. */
const POINTWISE = new Set(['Add', 'Sub', 'Mul', 'Relu', 'LeakyRelu', 'PRelu', 'Sigmoid', 'Tanh', 'Clip']);

function throughOperator(operator: OnnxOperator, sources: readonly Reach[], graph: OnnxGraph): Reach {
  const [first] = sources;
  if (first === undefined) throw new Error(`${operator.type} has no input`);
  if (operator.type === 'Conv') return throughConvolution(first, readConvolution(operator, graph));
  if (operator.type === 'DepthToSpace') return throughShuffle(first, operator);
  if (operator.type === 'Concat') return joinChannels(sources);
  if (!POINTWISE.has(operator.type)) throw new Error(`how far ${operator.type} looks is not known`);
  return addReaches(sources);
}

function farthestOf({ spans, scale, cellPx }: Reach): number {
  let farthest = 0;
  for (let at = 0; at < spans.length; at += SPAN) {
    const [top, bottom, left, right] = spans.subarray(at, at + SPAN) as unknown as [
      number,
      number,
      number,
      number,
    ];
    if (top > bottom) continue;
    const place = at / SPAN;
    const y = Math.floor(((Math.floor(place / scale) % scale) * cellPx) / scale);
    const x = Math.floor(((place % scale) * cellPx) / scale);
    farthest = Math.max(farthest, y - top, bottom - y, x - left, right - x);
  }
  return farthest;
}

/** Input pixels per cell, on each axis: the product of the strides. Sides of the input are multiples of it. */
export function cellSide(graph: OnnxGraph): number {
  return graph.operators
    .filter(({ type }) => type === 'Conv')
    .reduce((product, operator) => product * readConvolution(operator, graph).stride, 1);
}

/**
 * How far one output pixel looks, exactly: weights of zero do not count.
 *
 * @param inputChannels Of the image that the graph takes.
 * @returns The side of the smallest square of input pixels, centred on an input pixel, that contains all that any of its
 *   output pixels depends on; always odd.
 * @throws Error if the graph contains anything that these networks do not have.
 */
export function measureReceptiveField(graph: OnnxGraph, inputChannels = 3): number {
  const input = inputReach(inputChannels, cellSide(graph));
  const reaches = new Map(graph.inputs.map((name) => [name, input]));
  for (const operator of graph.operators) {
    const sources = imageInputs(operator, graph).map((name) => {
      const reach = reaches.get(name);
      if (reach === undefined) throw new Error(`${operator.type} reads ${name}, which nothing computes`);
      return reach;
    });
    const reach = throughOperator(operator, sources, graph);
    for (const name of operator.outputs) reaches.set(name, reach);
  }
  const output = reaches.get(graph.outputs[0] ?? '');
  if (output === undefined) throw new Error('nothing computes the output');
  return 2 * farthestOf(output) + 1;
}
