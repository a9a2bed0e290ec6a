import path from 'node:path';

/** Where a worker writes a page that becomes a separate file; pages are numbered from 1. */
export function pageTempPath(scratchFolder: string, page: number): string {
  return path.join(scratchFolder, `page-${page}`);
}
