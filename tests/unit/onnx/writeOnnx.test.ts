import { expect, test } from 'vitest';
import { loadConvolutionPeak } from '../../../core/engine/convolutionPeak.ts';
import { networkModel } from '../../../core/engine/engine.ts';
import { writeOnnx } from '../../../core/onnx/writeOnnx.ts';
import { chooseDevice, loadModel } from '../../../core/engine/registry.ts';
import { readModelRegistry } from '../../../core/models/modelRegistry.ts';
import { readOnnx } from '../../../core/models/onnxFile.ts';
import { checkTile } from '../../../core/tiling/checkTile.ts';
import { emptyTile } from '../../../core/tiling/floatTile.ts';
import { nanNetwork, installModel } from '../../support/nearestNetwork.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('a written file is read back with its operators, weights and tensor names', () => {
  const data = Float32Array.from({ length: 300 }, (_, index) => index / 7);
  const file = writeOnnx({
    nodes: [
      {
        operator: 'Conv',
        inputs: ['image', 'weights'],
        outputs: ['seen'],
        attributes: { pads: [1, 1, 1, 1], auto_pad: 'NOTSET' },
      },
      { operator: 'Relu', inputs: ['seen'], outputs: ['enlarged'] },
    ],
    constants: [{ name: 'weights', dims: [300, 1, 1, 1], data }],
    input: { name: 'image', dims: [1, 1, 'height', 'width'] },
    output: { name: 'enlarged', dims: [1, 300, 'height', 'width'] },
  });
  const graph = readOnnx(file);
  const bytes = Buffer.from(data.buffer);
  expect({ ...graph, weights: [...graph.weights.values()] }).toEqual({
    operators: [
      {
        type: 'Conv',
        inputs: ['image', 'weights'],
        outputs: ['seen'],
        numbers: new Map([['pads', [1, 1, 1, 1]]]),
        texts: new Map([['auto_pad', 'NOTSET']]),
      },
      { type: 'Relu', inputs: ['seen'], outputs: ['enlarged'], numbers: new Map(), texts: new Map() },
    ],
    weights: [{ name: 'weights', shape: [300, 1, 1, 1], data, byteOffset: file.indexOf(bytes) }],
    inputs: ['image'],
    outputs: ['enlarged'],
  });
});

test('numbers that the file format cannot represent are refused', () => {
  const value = { name: 'image', dims: [-1] };
  expect(() => writeOnnx({ nodes: [], constants: [], input: value, output: value })).toThrow(RangeError);
});

test('the stack that measures the convolution peak runs, and counts its work', async () => {
  const peak = await loadConvolutionPeak(1);
  try {
    await peak.run();
    expect(peak.macs).toBe(8 * 64 * 64 * 3 * 3 * 128 * 128);
  } finally {
    await peak.dispose();
  }
});

test('a network that returns NaN is loaded, and its tiles are rejected', async () => {
  const registry = temporaryFolder();
  installModel(registry, 'nan-x2', 2, { weights: nanNetwork(2) });
  const [model] = (await readModelRegistry(registry)).map(networkModel);
  const loaded = await loadModel(model!, { device: chooseDevice(model!, 'cpu'), threads: 1 });
  try {
    const tile = emptyTile({ width: 3, height: 2 });
    expect(checkTile(tile, await loaded.enlargeTile(tile))).toBe('not-a-number');
  } finally {
    await loaded.dispose();
  }
});
