import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { modelManifestSchema } from '../../../core/models/manifest.ts';
import { proveManifest } from '../../../core/models/proveManifest.ts';

function shipped(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../../resources/models/fast-x4/${name}`, import.meta.url)));
}

const manifest = modelManifestSchema.parse(JSON.parse(shipped('manifest.json').toString('utf8')));
const weights = shipped('weights.onnx');

test.each([
  ['scale', { ...manifest, scale: 2 }],
  ['parameters', { ...manifest, parameters: manifest.parameters + 1 }],
  ['macs', { ...manifest, macs: 1 }],
  ['receptiveFieldPx', { ...manifest, receptiveFieldPx: manifest.receptiveFieldPx - 2 }],
  ['tiling.multiplePx', { ...manifest, tiling: { ...manifest.tiling, multiplePx: 2 } }],
  ['trained.parameters', { ...manifest, trained: { parameters: 1, macs: 1 } }],
  ['input.name', { ...manifest, input: { ...manifest.input, name: 'other' } }],
])('a manifest with a wrong %s is detected', (name, wrong) => {
  expect(() => proveManifest(wrong, weights)).toThrow(name);
});

test('a residual must refer to stored weights', () => {
  const wrong = { ...manifest, residual: [{ path: 'weights.onnx', byteOffset: 8, count: 3 }] };
  expect(() => {
    proveManifest(wrong, weights);
  }).toThrow('residual at byte 8');
});

test('a file that is not ONNX is refused, with the reason', () => {
  expect(() => proveManifest(manifest, weights.subarray(0, 1000))).toThrow(/cannot be counted: .* ends/);
});
