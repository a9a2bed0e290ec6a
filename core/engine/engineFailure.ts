import { EnlargerError } from '../api/errors.ts';
import type { Device, FailurePatterns } from './engine.ts';

/** Messages of libraries that several engines are built on: the C++ library, CUDA and Vulkan. */
const SHARED: FailurePatterns = {
  outOfMemory: [
    /out of memory/i, // CUDA failure 2, "WebGPU device error(2): Out of memory"
    /bad[_ ]alloc/i, // std::bad_alloc; "bad allocation" on Windows
    /failed to allocate/i,
    /could not allocate|cannot allocate memory/i,
    /_ALLOC_FAILED/, // CUBLAS_STATUS_ALLOC_FAILED, CUDNN_STATUS_ALLOC_FAILED
    /OUT_OF_(DEVICE_|HOST_)?MEMORY/, // Vulkan, CUDA's driver, D3D12
  ],
  deviceLost: [
    /device (was |is )?lost|lost the device/i,
    /DEVICE_(LOST|REMOVED|HUNG|RESET)/, // Vulkan, DXGI
    /CUDA_ERROR_(ILLEGAL_ADDRESS|LAUNCH_FAILED|UNKNOWN)|illegal memory access/i,
  ],
};

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * An engine's own error, translated into the program's codes: out of memory leads to smaller tiles, a lost
 * device and any other failure to the next device.
 */
export function engineFailure(
  error: unknown,
  model: string,
  device: Device,
  own: FailurePatterns,
): EnlargerError {
  const text = describeError(error);
  const details = { model, device: device.id };
  const matches = (kind: keyof FailurePatterns): boolean =>
    [...SHARED[kind], ...own[kind]].some((pattern) => pattern.test(text));
  // Checked first: if a device was lost for lack of memory, the message names both, and smaller tiles help.
  if (matches('outOfMemory')) {
    const message = `The memory of ${device.name} does not suffice for the network ${model}: ${text}`;
    return new EnlargerError('engine/out-of-memory', message, details, { cause: error });
  }
  const isDeviceLost = matches('deviceLost');
  const what = isDeviceLost ? `${device.name} was lost` : `The network ${model} failed on ${device.name}`;
  const more = { ...details, deviceLost: isDeviceLost };
  return new EnlargerError('engine/run-failed', `${what}: ${text}`, more, { cause: error });
}

/** A model that a device cannot run. */
export function loadFailure(error: unknown, model: string, device: Device): EnlargerError {
  const code = device.kind === 'gpu' ? 'engine/unavailable' : 'engine/load-failed';
  const message = `The model ${model} cannot be loaded on ${device.name}: ${describeError(error)}`;
  return new EnlargerError(code, message, { model, device: device.id }, { cause: error });
}
