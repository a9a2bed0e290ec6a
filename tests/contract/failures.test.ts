/**
 * @file Every provider's own error messages, and how the program classifies them. The
 * texts come from reports of these runtimes' users or from their sources.
 */
import { describe, expect, test } from 'vitest';
import type { EnlargerError } from '../../core/api/errors.ts';
import type { Device } from '../../core/engine/engine.ts';
import { engineFailure, loadFailure } from '../../core/engine/engineFailure.ts';
import { engineOf } from '../../core/engine/registry.ts';

function device(id: string): Device {
  const [engine, provider] = id.split(':') as [Device['engine'], string];
  const isProcessor = ['cpu', 'native', 'wasm'].includes(provider);
  return { id, engine, provider, name: provider, kind: isProcessor ? 'cpu' : 'gpu' };
}

function failureOf(text: string, id: string): EnlargerError {
  const failed = device(id);
  return engineFailure(new Error(text), 'fast-x4', failed, engineOf(failed.engine).failures);
}

describe.each([
  {
    id: 'onnx:cpu',
    text:
      "Non-zero status code returned while running Conv node. Name:'347_nchwc' Status Message: " +
      'bfc_arena.cc:330 onnxruntime::BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 285081600',
  },
  { id: 'onnx:cpu', text: 'std::bad_alloc' },
  { id: 'onnx:cpu', text: 'bad allocation' },
  {
    id: 'onnx:cuda',
    text: 'CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc((void**)&p, size);',
  },
  {
    id: 'onnx:cuda',
    text: 'onnxruntime::CudaCall CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; expr=cublasCreate(&cublas_handle_);',
  },
  { id: 'onnx:cuda', text: 'CUDNN failure 4: CUDNN_STATUS_ALLOC_FAILED ; GPU=0' },
  {
    id: 'onnx:dml',
    text: 'BucketizedBufferAllocator.cpp(122) Exception(1) 8007000E Not enough memory resources are available to complete this operation.',
  },
  { id: 'onnx:webgpu', text: 'webgpu_context.cc:120 operator()] WebGPU device error(2): Out of memory' },
  { id: 'onnx:webgpu', text: 'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY' },
  {
    id: 'onnx:webgpu',
    text: 'Buffer size (3185049600) exceeds the max buffer size limit (1073741824).',
  },
  {
    id: 'onnx:webgpu',
    text: 'Binding size (141557760) of [Buffer] is larger than the maximum binding size (134217728).',
  },
  {
    id: 'onnx:coreml',
    text: 'Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)',
  },
  {
    id: 'tensorflow:cuda',
    text:
      'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[1,3688,3688,3] and type float on ' +
      '/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc',
  },
  {
    id: 'tensorflow:cuda',
    text: 'failed to allocate 968.17M (1015196672 bytes) from device: CUDA_ERROR_OUT_OF_MEMORY',
  },
  {
    id: 'tensorflow:native',
    text: 'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[4,64,9000,9000] by allocator cpu',
  },
  { id: 'tensorflow:wasm', text: 'WebAssembly.Memory(): could not allocate memory' },
])('$id: $text', ({ id, text }) => {
  test('means that memory ran out', () => {
    const failure = failureOf(text, id);
    expect(failure.code).toBe('engine/out-of-memory');
    expect(failure.details).toEqual({ model: 'fast-x4', device: id });
    expect(failure.message).toContain(text);
  });
});

describe.each([
  {
    id: 'onnx:dml',
    text: 'ExecutionProvider.cpp(962) Exception(3) 887A0005 The GPU device instance has been suspended. Use GetDeviceRemovedReason to determine the appropriate action.',
  },
  { id: 'onnx:dml', text: 'HRESULT failed with 0x887a0006: DXGI_ERROR_DEVICE_HUNG' },
  { id: 'onnx:webgpu', text: 'vkQueueSubmit failed with VK_ERROR_DEVICE_LOST' },
  { id: 'onnx:webgpu', text: 'WebGPU device lost (2): Device was destroyed.' },
  { id: 'onnx:cuda', text: 'CUDA failure 700: an illegal memory access was encountered ; GPU=0' },
  { id: 'tensorflow:cuda', text: 'Internal: CUDA_ERROR_LAUNCH_FAILED: unspecified launch failure' },
])('$id: $text', ({ id, text }) => {
  test('means that the device is lost', () => {
    const failure = failureOf(text, id);
    expect([failure.code, failure.details['deviceLost']]).toEqual(['engine/run-failed', true]);
  });
});

test.each(['Got invalid dimensions for input', "Missing Input: 'image'"])(
  '"%s" is neither: another device may succeed',
  (text) => {
    const failure = failureOf(text, 'onnx:webgpu');
    expect([failure.code, failure.details['deviceLost']]).toEqual(['engine/run-failed', false]);
  },
);

test('a card that refuses a model cannot be used; if a processor refuses it, the model is broken', () => {
  const cause = new Error('no');
  expect(loadFailure(cause, 'fast-x4', device('onnx:webgpu')).code).toBe('engine/unavailable');
  expect(loadFailure(cause, 'fast-x4', device('onnx:cpu')).code).toBe('engine/load-failed');
});
