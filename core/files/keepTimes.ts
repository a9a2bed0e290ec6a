import { futimesSync } from 'node:fs';
import { systemCodeOf } from './outputError.ts';

/** Some network volumes keep no times but their own; a result without its source's is still a result. */
const NO_TIMES = new Set(['EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'ERANGE']);

/** Node takes a negative number, a time before 1970, for "now"; as a date it is what it is. */
function fileTime(ms: number): number | Date {
  return ms < 0 ? new Date(ms) : ms / 1000;
}

/** Gives an open file the times of another one, in milliseconds since 1970; a volume that keeps none has its way. */
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
