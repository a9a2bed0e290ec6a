import { toErrorDto, type ErrorCode, type ErrorDto } from '../api/errors.ts';

/** Statuses of refused requests; errors of the host itself are sent with 200. */
export type RefusedStatus = 400 | 401 | 403 | 404 | 405 | 409 | 411 | 413 | 414 | 415 | 500 | 503 | 507;

const STATUS_OF: Partial<Readonly<Record<ErrorCode, RefusedStatus>>> = {
  'request/forbidden': 403,
  'media/not-found': 404,
  'upload/too-large': 413,
  'output/no-space': 507,
  'internal/bug': 500,
};

/** The body of a refusal. */
export function refusalBody(error: ErrorDto): { readonly ok: false; readonly error: ErrorDto } {
  return { ok: false, error };
}

/** The error that a page gets for a failure of the server itself, without details of a bug. */
export function errorForPage(error: unknown): { readonly status: RefusedStatus; readonly error: ErrorDto } {
  const dto = toErrorDto(error);
  const shown =
    dto.code === 'internal/bug'
      ? { code: dto.code, message: 'Internal error. See the log for details.' }
      : dto;
  return { status: STATUS_OF[dto.code] ?? 400, error: shown };
}
