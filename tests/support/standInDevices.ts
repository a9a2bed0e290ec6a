import type { DeviceView } from '../../core/api/views.ts';

/** The devices of a machine with a graphics card and without CUDA. */
export const STAND_IN_DEVICES: readonly DeviceView[] = [
  {
    id: 'onnx:webgpu',
    engine: 'onnx',
    provider: 'webgpu',
    name: 'AMD Radeon RX 7800 XT',
    kind: 'gpu',
    memoryBytes: 16e9,
    state: { kind: 'usable', megapixelsPerSecond: 21.4 },
  },
  {
    id: 'onnx:cpu',
    engine: 'onnx',
    provider: 'cpu',
    name: 'Intel Core i7-1260P',
    kind: 'cpu',
    state: { kind: 'usable', megapixelsPerSecond: 2.34 },
  },
  {
    id: 'tensorflow:cuda',
    engine: 'tensorflow',
    provider: 'cuda',
    name: 'TensorFlow CUDA',
    kind: 'gpu',
    state: {
      kind: 'unusable',
      code: 'not-installed',
      reason: 'The optional package for CUDA is not installed.',
    },
  },
];
