/**
 * Every way in which a job or the program can fail because of what a user gave it. The list is closed: callers decide by
 * the code, never by the text, and a new code changes the contract.
 */
export const ERROR_CODES = [
  'usage/invalid-option',
  'input/not-found',
  'input/not-a-file',
  'input/unreadable',
  'input/empty',
  'input/too-large',
  'input/name-not-utf8',
  'input/changed',
  'image/unsupported-format',
  'image/unsupported-pixels',
  'image/corrupt',
  'image/too-large',
  'image/timeout',
  'size/invalid',
  'size/too-large-for-format',
  'model/not-found',
  'model/invalid-manifest',
  'model/file-missing',
  'model/file-damaged',
  'model/wrong-scale',
  'model/unreadable',
  'model/unsafe',
  'model/too-large',
  'model/unsupported',
  'model/not-proven',
  'model/bundled',
  'engine/unavailable',
  'engine/load-failed',
  'engine/run-failed',
  'engine/out-of-memory',
  'engine/bad-output',
  'output/is-an-input',
  'output/exists',
  'output/is-a-directory',
  'output/duplicate-name',
  'output/no-permission',
  'output/no-space',
  'output/not-writable',
  'output/verification-failed',
  'worker/crashed',
  'worker/timeout',
  'worker/out-of-memory',
  'metrics/size-mismatch',
  'request/invalid',
  'request/forbidden',
  'job/not-found',
  'job/wrong-state',
  'batch/not-found',
  'preset/not-found',
  'media/not-found',
  'upload/not-found',
  'upload/too-large',
  'watch/not-found',
  'watch/feeds-itself',
  'watch/own-result',
  'watch/unreachable',
  'report/not-found',
  'report/not-repeatable',
  'store/damaged',
  'store/too-new',
  'store/in-use',
  'host/unreachable',
  'queue/unreachable',
  'queue/refused',
  'program/damaged',
  'job/cancelled',
  'internal/bug',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** An error as it travels between processes or over the network. */
export interface ErrorDto {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/** An error that a user can meet. The message states what is wrong, with the value, and what to do about it. */
export class EnlargerError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EnlargerError';
    this.code = code;
    this.details = details;
  }
}

/** Anything thrown, as a plain object. Whatever is not an `EnlargerError` is our own bug: `internal/bug`. */
export function toErrorDto(error: unknown): ErrorDto {
  if (error instanceof EnlargerError) {
    return { code: error.code, message: error.message, details: error.details };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal/bug', message };
}

export function fromErrorDto(dto: ErrorDto): EnlargerError {
  return new EnlargerError(dto.code, dto.message, dto.details ?? {});
}
