import type { ErrorDto } from '../api/errors.ts';
import type { DeviceProblem } from '../api/views.ts';
import type { DevicePattern } from './engine.ts';

/** Messages of libraries that several engines are built on. */
const SHARED: readonly DevicePattern[] = [
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
];

/** Longer texts do not read as a sentence. */
const MAX_LENGTH = 200;

/** How the process that tried a device ended. */
const ENDS: Readonly<Partial<Record<ErrorDto['code'], DeviceProblem['code']>>> = {
  'worker/crashed': 'crashed',
  'worker/timeout': 'no-answer',
};

/**
 * Why a device failed, in plain words: the known meaning of its message, or else the last part of the message.
 *
 * @param own Messages that its engine reports.
 */
export function deviceProblem(
  { code, message }: Pick<ErrorDto, 'code' | 'message'>,
  own: readonly DevicePattern[],
): DeviceProblem {
  const known = [...own, ...SHARED].find(({ pattern }) => pattern.test(message));
  if (known !== undefined) return { code: known.code, reason: known.reason };
  const text = message
    .replace(/^The model \S+ cannot be loaded on .+?: /, '')
    .replace(/\s+/g, ' ')
    .trim();
  const reason = text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
  return { code: ENDS[code] ?? 'other', reason };
}
