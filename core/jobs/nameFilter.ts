import path from 'node:path';
import { globMatcher } from './globMatcher.ts';

export interface NamePatterns {
  /** Globs on the path below the given folder; an image has to match one of the first and none of the second. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** A pattern with a slash is compared with the path below the folder, any other with the name alone. */
function matcher(patterns: readonly string[]): (relativePath: string) => boolean {
  const tests = patterns.map((pattern) => ({ test: globMatcher(pattern), isPath: pattern.includes('/') }));
  return (relativePath) => {
    const whole = path.sep === '/' ? relativePath : relativePath.replaceAll(path.sep, '/');
    const name = path.posix.basename(whole);
    return tests.some(({ test, isPath }) => test(isPath ? whole : name));
  };
}

/** @returns Whether the patterns accept a path below a folder. */
export function nameFilter(patterns: NamePatterns): (relativePath: string) => boolean {
  const isIncluded = patterns.include.length > 0 ? matcher(patterns.include) : () => true;
  const isExcluded = matcher(patterns.exclude);
  return (relativePath) => isIncluded(relativePath) && !isExcluded(relativePath);
}
