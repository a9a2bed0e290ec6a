import { futimesSync } from 'node:fs';
import { systemCodeOf } from './outputError.ts';

/** Some network volumes do not keep times that a program sets; the result is still good. */
const NO_TIMES = new Set(['EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'ERANGE']);

/** Node treats a negative number, a time before 1970, as "now"; a Date object works. */
function fileTime(ms: number): number | Date {
  return ms < 0 ? new Date(ms) : ms / 1000;
}

/** Gives an open file the times of another one, in milliseconds since 1970; a volume that does not keep them is ignored. */
export function keepTimes(
  descriptor: number,
  { accessedAtMs, modifiedAtMs }: { readonly accessedAtMs: number; readonly modifiedAtMs: number },
): void {
  try {
    futimesSync(descriptor, fileTime(accessedAtMs), fileTime(modifiedAtMs));
  } catch (error) {
    if (!NO_TIMES.has(systemCodeOf(error))) throw error;
  }
}
