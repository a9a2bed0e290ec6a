import { expect, test } from 'vitest';
import { scaleResidual } from '../../../core/models/scaleResidual.ts';

function floats(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

test('only the named weights of the given files are scaled', () => {
  const files = new Map([
    ['weights.onnx', floats(1, 2, 4, 8)],
    ['model.json', new TextEncoder().encode('{}')],
  ]);
  const scaled = scaleResidual(
    files,
    [
      { path: 'weights.onnx', byteOffset: 4, count: 2 },
      { path: 'weights.bin', byteOffset: 0, count: 9 },
    ],
    0.25,
  );
  expect(scaled.get('weights.onnx')).toEqual(floats(1, 0.5, 1, 8));
  expect(scaled.get('model.json')).toEqual(files.get('model.json'));
  expect(files.get('weights.onnx')).toEqual(floats(1, 2, 4, 8));
});

test('weights beyond the end of a file are named', () => {
  const files = new Map([['weights.onnx', floats(1, 2)]]);
  expect(() => scaleResidual(files, [{ path: 'weights.onnx', byteOffset: 4, count: 2 }], 0.5)).toThrow(
    'weights.onnx end at 12',
  );
});
