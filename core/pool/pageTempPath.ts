import path from 'node:path';

/** Where a worker leaves a page, from 1, that becomes a separate file. */
export function pageTempPath(scratchFolder: string, page: number): string {
  return path.join(scratchFolder, `page-${page}`);
}
