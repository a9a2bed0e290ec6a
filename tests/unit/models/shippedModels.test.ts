import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InferenceSession as Session } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { InferenceSession, Tensor } from '../../../core/engine/onnxLoader.ts';
import { modelManifestSchema, type ModelManifest } from '../../../core/models/manifest.ts';
import { readOnnx, type OnnxGraph } from '../../support/readOnnx.ts';

const modelsFolder = fileURLToPath(new URL('../../../resources/models', import.meta.url));

const modelIds = readdirSync(modelsFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function readManifest(id: string): ModelManifest {
  const text = readFileSync(path.join(modelsFolder, id, 'manifest.json'), 'utf8');
  return modelManifestSchema.parse(JSON.parse(text));
}

function readWeightsFile(id: string): Buffer {
  return readFileSync(path.join(modelsFolder, id, 'weights.onnx'));
}

/** Weights and biases of every convolution; biases of zero are the graph's form and not the network's. */
function countParameters({ operators, weights }: OnnxGraph): number {
  const convolutions = operators.filter(({ type }) => type === 'Conv');
  return convolutions
    .flatMap(({ inputs }) => inputs.slice(1).map((name) => weights.get(name)!.data))
    .filter((data) => data.some((value) => value !== 0))
    .reduce((sum, data) => sum + data.length, 0);
}

/** Convolution weights × output pixels. All convolutions of these networks work on the input's own grid. */
function countMacs({ operators, weights }: OnnxGraph, inputSidePx: number): number {
  expect(operators.at(-1)!.type).toBe('DepthToSpace');
  return operators
    .filter(({ type }) => type === 'Conv')
    .reduce((sum, { inputs }) => sum + weights.get(inputs[1]!)!.data.length * inputSidePx ** 2, 0);
}

/** The output for a grey square in which the middle pixel of the red plane may differ. */
async function enlargeSquare(
  session: Session,
  sidePx: number,
  middle: number,
): Promise<{ data: Float32Array; sidePx: number }> {
  const data = new Float32Array(3 * sidePx ** 2).fill(0.5);
  data[((sidePx - 1) / 2) * (sidePx + 1)] = middle;
  const results = await session.run({ image: new Tensor('float32', data, [1, 3, sidePx, sidePx]) });
  const output = results['enlarged']!;
  return { data: output.data as Float32Array, sidePx: output.dims[3]! };
}

describe.each(modelIds)('the shipped model %s', (id) => {
  const manifest = readManifest(id);
  const graph = readOnnx(readWeightsFile(id));

  test('is named after its folder, its family and its scale', () => {
    expect(manifest.id).toBe(id);
    expect(id).toBe(`${manifest.family}-x${manifest.scale}`);
  });

  test('has the files that its manifest describes, and no others', () => {
    const folder = path.join(modelsFolder, id);
    const described = manifest.files.map(({ path: name, sha256, sizeBytes }) => ({ name, sha256, sizeBytes }));
    const found = readdirSync(folder)
      .filter((name) => !['manifest.json', 'README.md'].includes(name) && !name.endsWith('.webp'))
      .map((name) => {
        const bytes = readFileSync(path.join(folder, name));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return { name, sha256, sizeBytes: bytes.length };
      });
    const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name);
    expect(found.sort(byName)).toEqual(described.sort(byName));
  });

  test('has weights for every engine that runs networks', () => {
    const engines = manifest.files.map(({ engine }) => engine);
    expect([...new Set(engines)].sort()).toEqual(['onnx', 'tensorflow']);
  });

  test('has the parameters, the arithmetic and the tensors that its manifest states', () => {
    expect({
      parameters: countParameters(graph),
      macs: countMacs(graph, 64),
      inputs: graph.inputs,
      outputs: graph.outputs,
    }).toEqual({
      parameters: manifest.parameters,
      macs: manifest.macs,
      inputs: [manifest.input.name],
      outputs: [manifest.output.name],
    });
  });

  test('sees as far as its manifest states, and its tiles have that much context', async () => {
    const reachPx = (manifest.receptiveFieldPx - 1) / 2;
    const session = await InferenceSession.create(path.join(modelsFolder, id, 'weights.onnx'));
    try {
      const sidePx = 2 * reachPx + 11;
      const plain = await enlargeSquare(session, sidePx, 0.5);
      const middle = (sidePx - 1) / 2;
      let seenPx = 0;
      // Far beyond any picture's range, so that rounding does not hide what the outermost weights add; up and down,
      // because ReLU passes only one of them.
      for (const mark of [1, 10_000, -10_000]) {
        const marked = await enlargeSquare(session, sidePx, mark);
        for (const [index, value] of marked.data.entries()) {
          if (value === plain.data[index]) continue;
          const distancePx = Math.abs(Math.floor((index % plain.sidePx) / manifest.scale) - middle);
          seenPx = Math.max(seenPx, distancePx);
        }
      }
      expect(plain.sidePx).toBe(sidePx * manifest.scale);
      // Never beyond what is stated; the outermost ring may hold weights of nearly nothing.
      expect([reachPx - 1, reachPx]).toContain(seenPx);
    } finally {
      await session.release();
    }
    expect(manifest.tiling.contextPx).toBeGreaterThanOrEqual(reachPx);
  });

  test('has a card that repeats its figures', () => {
    const card = readFileSync(path.join(modelsFolder, id, 'README.md'), 'utf8');
    const { parameters, macs, training, psnr } = manifest;
    for (const count of [parameters, macs, training.steps, training.seconds]) {
      expect(card).toContain(count.toLocaleString('en-GB'));
    }
    for (const decibels of Object.values(psnr ?? {})) expect(card).toContain(decibels.toFixed(3));
  });
});

test('the family "fast" has one model for each of the scales 2, 3 and 4', () => {
  const scales = modelIds.map(readManifest).filter(({ family }) => family === 'fast');
  expect(scales.map(({ scale }) => scale)).toEqual([2, 3, 4]);
});
