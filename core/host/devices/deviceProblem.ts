import type { ErrorDto } from '../../api/errors.ts';
import type { DeviceProblem } from '../../api/views.ts';

/** How engines report that there is nothing to compute on, and what people should read instead. */
const PROBLEMS: readonly (DeviceProblem & { readonly pattern: RegExp })[] = [
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
    pattern: /CUDA driver version is insufficient|CUDA_ERROR_NO_DEVICE|no CUDA-capable device/i,
    code: 'no-nvidia-card',
    reason: 'No NVIDIA card with a driver that is new enough was found.',
  },
  {
    pattern: /Failed to load (shared )?library/i,
    code: 'library-missing',
    reason: 'A library that it needs is not installed.',
  },
  {
    pattern: /887A0004|No (DX12|D3D12) (adapter|device)/i,
    code: 'no-graphics-card',
    reason: 'No graphics card with DirectX 12 was found.',
  },
];

/** The longest that still reads as a sentence. */
const MAX_LENGTH = 200;

/** What became of the process that tried a device. */
const ENDS: Readonly<Partial<Record<ErrorDto['code'], DeviceProblem['code']>>> = {
  'worker/crashed': 'crashed',
  'worker/timeout': 'no-answer',
};

/** Why a device failed, for people: what is known by heart, else the last part of what its engine says. */
export function deviceProblem({ code, message }: Pick<ErrorDto, 'code' | 'message'>): DeviceProblem {
  const known = PROBLEMS.find(({ pattern }) => pattern.test(message));
  if (known !== undefined) return { code: known.code, reason: known.reason };
  const text = message
    .replace(/^The model \S+ cannot be loaded on .+?: /, '')
    .replace(/\s+/g, ' ')
    .trim();
  const reason = text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
  return { code: ENDS[code] ?? 'other', reason };
}
