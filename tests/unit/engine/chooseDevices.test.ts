import { expect, test } from 'vitest';
import { chooseDevices, type DeviceWish, type ProvenDevice } from '../../../core/engine/chooseDevices.ts';
import type { Device } from '../../../core/engine/engine.ts';

function device(id: string, kind: Device['kind'], reason?: string): Device {
  const [engine, provider] = id.split(':') as [Device['engine'], string];
  return {
    id,
    engine,
    provider,
    name: provider,
    kind,
    ...(reason !== undefined && { missing: { code: 'not-installed', reason } }),
  };
}

const DEVICES = [
  device('onnx:cpu', 'cpu'),
  device('onnx:webgpu', 'gpu'),
  device('onnx:dml', 'gpu'),
  device('tensorflow:cuda', 'gpu', 'Its native part is not installed.'),
  device('tensorflow:native', 'cpu'),
  device('tensorflow:wasm', 'cpu'),
];

function proven(id: string, megapixelsPerSecond: number, isUsable = true): ProvenDevice {
  return { id, megapixelsPerSecond, isUsable };
}

function choose(wish: Partial<DeviceWish>, known: readonly ProvenDevice[] = []): string[] {
  return chooseDevices(DEVICES, { engine: 'auto', device: 'auto', ...wish }, known).map(({ id }) => id);
}

test('auto is the processor until a card is proven', () => {
  expect(choose({})).toEqual(['onnx:cpu']);
  expect(choose({}, [proven('onnx:webgpu', 90, false), proven('onnx:cpu', 5)])).toEqual(['onnx:cpu']);
});

test('auto uses proven cards, fastest first, and ends with the processor', () => {
  const known = [proven('onnx:cpu', 5), proven('onnx:webgpu', 40), proven('onnx:dml', 60)];
  expect(choose({}, known)).toEqual(['onnx:dml', 'onnx:webgpu', 'onnx:cpu']);
});

test('a card that is not clearly faster than the processor is left out, such as a software driver', () => {
  const known = [proven('onnx:cpu', 5), proven('onnx:webgpu', 5.5), proven('onnx:dml', 0.01)];
  expect(choose({}, known)).toEqual(['onnx:cpu']);
});

test('cpu is the processor of the requested engine', () => {
  const known = [proven('onnx:cpu', 5), proven('onnx:webgpu', 40)];
  expect(choose({ device: 'cpu' }, known)).toEqual(['onnx:cpu']);
  expect(choose({ device: 'cpu', engine: 'tensorflow' })).toEqual(['tensorflow:native', 'tensorflow:wasm']);
});

test('TensorFlow.js uses its native library before WebAssembly, unless that gives wrong results', () => {
  expect(choose({ engine: 'tensorflow' })).toEqual(['tensorflow:native', 'tensorflow:wasm']);
  expect(choose({ engine: 'tensorflow' }, [proven('tensorflow:native', 9, false)])).toEqual([
    'tensorflow:wasm',
  ]);
});

test('a number or an id names a device; the processor follows it', () => {
  expect(choose({ device: '1' })).toEqual(['onnx:dml', 'onnx:cpu']);
  expect(choose({ device: 'onnx:webgpu' })).toEqual(['onnx:webgpu', 'onnx:cpu']);
  expect(choose({ device: 'onnx:cpu' })).toEqual(['onnx:cpu']);
});

test.each([
  { wish: { device: '7' }, says: '0 webgpu (onnx), 1 dml (onnx), 2 cuda (tensorflow)' },
  { wish: { device: '2' }, says: 'native part is not installed' },
  { wish: { device: '0', engine: 'tensorflow' as const }, says: 'no graphics device 0' },
])('$wish is refused, with the reason', ({ wish, says }) => {
  expect(() => choose(wish)).toThrow(
    expect.objectContaining({
      code: 'engine/unavailable',
      message: expect.stringContaining(says) as string,
    }),
  );
});

test('an engine without a working device is refused, with the reason', () => {
  const broken = [proven('tensorflow:native', 1, false), proven('tensorflow:wasm', 1, false)];
  expect(() => choose({ engine: 'tensorflow' }, broken)).toThrow(
    expect.objectContaining({ message: expect.stringContaining('tensorflow:wasm') as string }),
  );
});
