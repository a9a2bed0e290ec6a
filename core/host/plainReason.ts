import type { ErrorDto } from '../api/errors.ts';

/** What engines say when there is nothing to compute on, and what people should read in its place. */
const REASONS: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: /No supported adapters|Failed to get a WebGPU adapter/i,
    reason:
      process.platform === 'linux'
        ? 'No graphics card with a Vulkan driver was found.'
        : 'No graphics card that WebGPU can use was found.',
  },
  {
    pattern: /requires f16 but the device does not support it/i,
    reason: 'The graphics card cannot compute in half precision.',
  },
  {
    pattern: /CUDA driver version is insufficient|CUDA_ERROR_NO_DEVICE|no CUDA-capable device/i,
    reason: 'No NVIDIA card with a driver that is new enough was found.',
  },
  { pattern: /Failed to load (shared )?library/i, reason: 'A library that it needs is not installed.' },
  {
    pattern: /887A0004|No (DX12|D3D12) (adapter|device)/i,
    reason: 'No graphics card with DirectX 12 was found.',
  },
];

/** The longest that still reads as a sentence. */
const MAX_LENGTH = 200;

/** An engine's error as a sentence for people: what is known by heart, else the last part of what it says. */
export function plainReason({ message }: Pick<ErrorDto, 'message'>): string {
  const known = REASONS.find(({ pattern }) => pattern.test(message));
  if (known !== undefined) return known.reason;
  const text = message
    .replace(/^The model \S+ cannot be loaded on .+?: /, '')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}
