import type { DevicePattern, FailurePatterns } from './engine.ts';

/** What ONNX Runtime's providers report: DirectML, Metal below CoreML and WebGPU, and WebGPU itself. */
export const ONNX_FAILURES: FailurePatterns = {
  outOfMemory: [
    /8007000E|not enough memory/i, // DirectML
    /insufficient memory|ErrorOutOfMemory/i, // Metal
    /exceeds the max(imum)? (buffer size|storage buffer)/i, // WebGPU's limits: a smaller tile passes
    /larger than the maximum (storage )?(buffer )?binding size/i,
  ],
  deviceLost: [
    /887A000[567]/i, // DirectML: removed, hung, reset
    /device instance has been suspended/i,
  ],
};

export const ONNX_PROBLEMS: readonly DevicePattern[] = [
  {
    pattern: /No supported adapters|Failed to get a WebGPU adapter/i,
    code: 'no-graphics-card',
    reason:
      process.platform === 'linux'
        ? 'No graphics card with a Vulkan driver was found.'
        : 'No graphics card that WebGPU can use was found.',
  },
  {
    pattern: /requires f16 but the device does not support it/i,
    code: 'no-half-precision',
    reason: 'The graphics card cannot compute in half precision.',
  },
  {
    pattern: /887A0004|No (DX12|D3D12) (adapter|device)/i,
    code: 'no-graphics-card',
    reason: 'No graphics card with DirectX 12 was found.',
  },
];
