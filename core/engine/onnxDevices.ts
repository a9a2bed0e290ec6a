import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { DeviceProblem } from '../api/views.ts';
import { REFERENCE_DEVICE, type Device } from './engine.ts';
import { listSupportedBackends } from './onnxLoader.ts';

/** Graphics providers of onnxruntime by the well-known names of their interfaces. */
const GPU_PROVIDERS: Readonly<Record<string, string>> = {
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'CoreML',
  cuda: 'CUDA',
};

export function processorName(): string {
  return os.cpus()[0]?.model.trim() ?? 'Processor';
}

/** The problem if CUDA is compiled in but its library is not next to the engine. */
function missingCuda(): DeviceProblem | undefined {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = path.resolve(main, '..', '..', 'bin', 'napi-v6', process.platform, process.arch);
  const library =
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  if (existsSync(path.join(folder, library))) return undefined;
  const reason = "ONNX Runtime's CUDA libraries are not installed; see docs/devices.md.";
  return { code: 'not-installed', reason };
}

function graphicsDevice(provider: string, name: string): Device {
  const missing = provider === 'cuda' ? missingCuda() : undefined;
  return {
    id: `onnx:${provider}`,
    engine: 'onnx',
    provider,
    name,
    kind: 'gpu',
    ...(missing !== undefined && { missing }),
  };
}

/** The processor, and the graphics providers that this platform's onnxruntime was built with. */
export function listOnnxDevices(): Device[] {
  const cpu: Device = { ...REFERENCE_DEVICE, provider: 'cpu', name: processorName(), kind: 'cpu' };
  const gpus = listSupportedBackends().flatMap(({ name }): Device[] => {
    const label = GPU_PROVIDERS[name];
    return label === undefined ? [] : [graphicsDevice(name, label)];
  });
  return [cpu, ...gpus];
}
