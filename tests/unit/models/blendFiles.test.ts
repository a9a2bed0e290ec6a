import { expect, test } from 'vitest';
import { writeOnnx } from '../../../core/onnx/writeOnnx.ts';
import { blendFiles } from '../../../core/models/blendFiles.ts';
import { readOnnx } from '../../../core/models/onnxFile.ts';
import {
  atStrength,
  findModels,
  readModelFiles,
  readModelRegistry,
} from '../../../core/models/modelRegistry.ts';
import { installModel } from '../../support/nearestNetwork.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function network(first: readonly number[], second: readonly number[], name = 'second'): Buffer {
  const image = { name: 'image', dims: [1, 3, 'h', 'w'] };
  const weights = (title: string, values: readonly number[]) => ({
    name: title,
    dims: [values.length],
    data: Float32Array.from(values),
  });
  return writeOnnx({
    nodes: [],
    constants: [weights('first', first), weights(name, second)],
    input: image,
    output: image,
  });
}

function weightsOf(file: Uint8Array | undefined): number[][] {
  return [...readOnnx(file ?? new Uint8Array()).weights.values()].map(({ data }) => [...data]);
}

const named = (file: Uint8Array, name = 'weights.onnx'): Map<string, Uint8Array> => new Map([[name, file]]);

test('weights are mixed one by one, in proportion to the strength', () => {
  const own = network([1, 2, 3], [8]);
  const faithful = network([5, 2, -1], [0]);
  const at = (strength: number): number[][] =>
    weightsOf(blendFiles(named(own), named(faithful), strength).get('weights.onnx'));
  expect(at(1)).toEqual([[1, 2, 3], [8]]);
  expect(at(0)).toEqual([[5, 2, -1], [0]]);
  expect(at(0.25)).toEqual([[4, 2, 0], [2]]);
  expect(weightsOf(own), 'the files that were read are not changed').toEqual([[1, 2, 3], [8]]);
});

test("TensorFlow.js' weights are mixed, too, except for integers", () => {
  const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
  const whole = new Uint8Array(Int32Array.from([2, -1]).buffer);
  const own = Buffer.concat([floats(1, 4), whole]);
  const mixed = blendFiles(
    named(own, 'weights.bin'),
    named(Buffer.concat([floats(3, 0), whole]), 'weights.bin'),
    0.5,
  );
  expect(Buffer.from(mixed.get('weights.bin') ?? [])).toEqual(Buffer.concat([floats(2, 2), whole]));
});

test.each([
  ['weights of another shape', named(network([1, 2], [3]))],
  ['weights of another name', named(network([1, 2, 3], [3], 'other'))],
  ['no such file', named(network([1, 2, 3], [3]), 'other.onnx')],
])('two networks cannot be mixed if one has %s', (_, faithful) => {
  expect(() => blendFiles(named(network([1, 2, 3], [3])), faithful, 0.5)).toThrow('cannot be mixed');
});

test('networks with different graphs cannot be mixed', () => {
  const [one, other] = ['{}', '[]'].map((text) => named(Buffer.from(text), 'model.json'));
  expect(() => blendFiles(one!, other!, 0.5)).toThrow('the graphs differ');
});

test('a network at a strength reads as the mixture with the companion that its manifest names', async () => {
  const folder = temporaryFolder();
  installModel(folder, 'lively-x2', 2, { weights: network([1], [2]), change: { faithful: 'calm-x2' } });
  installModel(folder, 'calm-x2', 2, { weights: network([3], [4]) });
  const registry = await readModelRegistry(folder);
  const [lively] = findModels(registry, 'lively-x2');
  const files = await readModelFiles(atStrength(registry, lively!, 0.5), 'onnx');
  expect(weightsOf([...files.values()][0])).toEqual([[2], [3]]);
  expect(atStrength(registry, lively!, 1)).toBe(lively);
});

test('a network without a companion has no strength, and a missing companion is reported', async () => {
  const folder = temporaryFolder();
  installModel(folder, 'calm-x2', 2, { weights: network([3], [4]) });
  installModel(folder, 'lively-x2', 2, { weights: network([1], [2]), change: { faithful: 'lost-x2' } });
  const registry = await readModelRegistry(folder);
  const [calm, lively] = ['calm-x2', 'lively-x2'].flatMap((name) => findModels(registry, name));
  expect(() => atStrength(registry, calm!, 0.5)).toThrow('has no strength');
  expect(() => atStrength(registry, lively!, 0.5)).toThrow('lost-x2');
});
