import { expect, test } from 'vitest';
import type { OnnxConstant, OnnxNode } from '../../../core/onnx/onnxGraph.ts';
import { writeOnnx } from '../../../core/onnx/writeOnnx.ts';
import { countNetwork } from '../../../core/models/countNetwork.ts';
import { readOnnx, type OnnxGraph } from '../../../core/models/onnxFile.ts';
import { cellSide, measureReceptiveField } from '../../../core/models/receptiveField.ts';

const PIXELS = 64 * 64;

type Weights = OnnxConstant & { readonly data: Float32Array };

function kernel(name: string, dims: readonly number[], value = 0.5): Weights {
  return { name, dims, data: new Float32Array(dims.reduce((a, b) => a * b)).fill(value) };
}

function convolution(source: string, weights: string, target: string, dilation = 1, group = 1): OnnxNode {
  const attributes = { pads: Array(4).fill(dilation), dilations: [dilation, dilation], group };
  return { operator: 'Conv', inputs: [source, ...weights.split(' ')], outputs: [target], attributes };
}

function shuffle(source: string, target: string, mode: 'CRD' | 'DCR' = 'CRD'): OnnxNode {
  const attributes = { blocksize: 2, mode };
  return { operator: 'DepthToSpace', inputs: [source], outputs: [target], attributes };
}

function graphOf(nodes: readonly OnnxNode[], constants: readonly OnnxConstant[]): OnnxGraph {
  const value = (name: string): { name: string; dims: (number | string)[] } => ({
    name,
    dims: [1, 3, 'h', 'w'],
  });
  return readOnnx(writeOnnx({ nodes, constants, input: value('image'), output: value('enlarged') }));
}

test('a convolution counts its weights and biases once, and its weights at every pixel', () => {
  const graph = graphOf(
    [convolution('image', 'k b', 'wide'), shuffle('wide', 'enlarged')],
    [kernel('k', [12, 3, 3, 3]), kernel('b', [12])],
  );
  expect(countNetwork(graph)).toEqual({
    scale: 2,
    parameters: 324 + 12,
    macs: 324 * PIXELS,
    // Batch-norm has a scale and a shift per channel; the shuffle brings one slope.
    trained: { parameters: 324 + 24 + 1, macs: (324 + 12) * PIXELS + 4 * PIXELS },
  });
});

test('biases that are all zero are not counted', () => {
  const graph = graphOf(
    [convolution('image', 'k b', 'enlarged')],
    [kernel('k', [3, 3, 3, 3]), kernel('b', [3], 0)],
  );
  expect(countNetwork(graph)).toMatchObject({ scale: 1, parameters: 81, trained: { parameters: 81 } });
});

test('a convolution after a shuffle works on more pixels', () => {
  const graph = graphOf(
    [convolution('image', 'k', 'wide'), shuffle('wide', 'large'), convolution('large', 't', 'enlarged')],
    [kernel('k', [12, 3, 3, 3]), kernel('t', [3, 3, 3, 3])],
  );
  expect(countNetwork(graph).macs).toBe(324 * PIXELS + 81 * 4 * PIXELS);
});

test('a kernel that was moved before the shuffle counts as it was trained', () => {
  const moved = kernel('t', [12, 12, 3, 3], 0);
  // 81 weights, each of which works for each of the four sub-pixels.
  moved.data.set(new Float32Array(4 * 81).fill(1), 100);
  const graph = graphOf(
    [convolution('image', 'k', 'wide'), convolution('wide', 't', 'small'), shuffle('small', 'enlarged')],
    [kernel('k', [12, 3, 3, 3]), moved],
  );
  const { parameters, trained } = countNetwork(graph);
  expect(parameters).toBe(324 + 12 * 12 * 9);
  expect(trained).toEqual({ parameters: 324 + 81 + 1, macs: 324 * PIXELS + 81 * 4 * PIXELS + 4 * PIXELS });
});

/** 2 × 2 blocks of pixels become one pixel of features, which is then enlarged again. */
function foldingNetwork(): OnnxGraph {
  const fold: OnnxNode = {
    operator: 'Conv',
    inputs: ['image', 'k'],
    outputs: ['folded'],
    attributes: { pads: [2, 2, 2, 2], strides: [2, 2] },
  };
  return graphOf(
    [
      fold,
      convolution('folded', 't', 'wide'),
      { ...shuffle('wide', 'enlarged'), attributes: { blocksize: 4 } },
    ],
    [kernel('k', [8, 3, 6, 6]), kernel('t', [48, 8, 3, 3])],
  );
}

test('a convolution with a stride works on fewer pixels', () => {
  expect(countNetwork(foldingNetwork())).toMatchObject({
    scale: 2,
    parameters: 8 * 3 * 36 + 48 * 8 * 9,
    macs: ((8 * 3 * 36 + 48 * 8 * 9) * PIXELS) / 4,
  });
});

test('the receptive field of blocks is counted from the pixel that is farthest from its end', () => {
  // 3 × 3 blocks of the middle, each of which sees 2 px beyond its own 2 px: from -4 to 5, seen from pixel 1.
  expect(measureReceptiveField(foldingNetwork())).toBe(2 * 5 + 1);
  expect(cellSide(foldingNetwork())).toBe(2);
});

test('the receptive field adds up over convolutions, along the longest path', () => {
  const graph = graphOf(
    [
      convolution('image', 'k', 'a', 4),
      convolution('image', 'k', 'b', 1),
      { operator: 'Add', inputs: ['a', 'b'], outputs: ['c'] },
      { operator: 'Relu', inputs: ['c'], outputs: ['d'] },
      convolution('d', 'k', 'enlarged', 2),
    ],
    [kernel('k', [3, 3, 3, 3])],
  );
  expect(measureReceptiveField(graph)).toBe(2 * (4 + 2) + 1);
});

test('after a shuffle a pixel counts half, and the sub-pixel that sees farthest decides', () => {
  const graph = graphOf(
    [
      { operator: 'Concat', inputs: ['image', 'image', 'image', 'image'], outputs: ['wide'] },
      shuffle('wide', 'large', 'DCR'),
      convolution('large', 'k', 'enlarged', 3),
    ],
    [kernel('k', [3, 3, 3, 3])],
  );
  // Three large pixels to the left of the left one are two small pixels away.
  expect(measureReceptiveField(graph)).toBe(2 * 2 + 1);
});

test('a kernel with an even side looks farther to the side that has more padding', () => {
  const even = (source: string, target: string, pads: readonly number[]): OnnxNode => ({
    operator: 'Conv',
    inputs: [source, 'k'],
    outputs: [target],
    attributes: { pads },
  });
  const before = [1, 1, 0, 0];
  const after = [0, 0, 1, 1];
  const measure = (first: readonly number[], second: readonly number[]): number =>
    measureReceptiveField(
      graphOf([even('image', 'a', first), even('a', 'enlarged', second)], [kernel('k', [3, 3, 2, 2])]),
    );
  expect(measure(before, after)).toBe(2 * 1 + 1);
  expect(measure(before, before)).toBe(2 * 2 + 1);
  expect(() => measure(before, [1, 1, 1, 1])).toThrow('does not keep the size');
});

test('a weight of zero does not extend the receptive field', () => {
  const blind = kernel('k', [3, 3, 3, 3], 0);
  blind.data.fill(1, 4, 5);
  expect(measureReceptiveField(graphOf([convolution('image', 'k', 'enlarged', 8)], [blind]))).toBe(1);
});

test('a depthwise convolution only sees its own channel', () => {
  const near = kernel('n', [3, 3, 1, 1]);
  const far = kernel('k', [3, 1, 3, 3], 0);
  far.data.fill(1, 0, 9);
  const only = kernel('o', [1, 3, 1, 1], 0);
  only.data.fill(1, 1, 2);
  const point = (source: string, weights: string, target: string): OnnxNode => ({
    operator: 'Conv',
    inputs: [source, weights],
    outputs: [target],
  });
  const nodes = [point('image', 'n', 'a'), convolution('a', 'k', 'b', 1, 3), point('b', 'o', 'enlarged')];
  expect(measureReceptiveField(graphOf(nodes, [near, far, only]))).toBe(1);
  only.data.fill(1, 0, 1);
  expect(measureReceptiveField(graphOf(nodes, [near, far, only]))).toBe(3);
});

test('unsupported operators are refused instead of miscounted', () => {
  const strided = graphOf(
    [{ ...convolution('image', 'k', 'enlarged'), attributes: { pads: [1, 1, 1, 1], strides: [2, 2] } }],
    [kernel('k', [3, 3, 3, 3])],
  );
  expect(() => countNetwork(strided)).toThrow('does not divide the size by its stride 2');
  const unpadded = graphOf(
    [{ operator: 'Conv', inputs: ['image', 'k'], outputs: ['enlarged'] }],
    [kernel('k', [3, 3, 3, 3])],
  );
  expect(() => countNetwork(unpadded)).toThrow('does not keep the size');
  const unknown = graphOf([{ operator: 'Resize', inputs: ['image'], outputs: ['enlarged'] }], []);
  expect(() => measureReceptiveField(unknown)).toThrow('Resize');
});
