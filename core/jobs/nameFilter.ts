import picomatch from 'picomatch';

export interface NamePatterns {
  /** Globs on the path below the given folder; an image has to match one of the first and none of the second. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** A pattern with a slash is held against the path below the folder, any other against the name alone. */
function matcher(patterns: readonly string[]): (relativePath: string) => boolean {
  const tests = patterns.map((pattern) =>
    picomatch(pattern, { dot: true, nocase: true, basename: !pattern.includes('/') }),
  );
  return (relativePath) => tests.some((test) => test(relativePath));
}

/** Says of a path below a folder whether the patterns let it in. */
export function nameFilter(patterns: NamePatterns): (relativePath: string) => boolean {
  const included = patterns.include.length > 0 ? matcher(patterns.include) : () => true;
  const excluded = matcher(patterns.exclude);
  return (relativePath) => included(relativePath) && !excluded(relativePath);
}
