import { rmSync } from 'node:fs';
import path from 'node:path';

/** Where exported reports are kept until they are fetched. */
export function exportsFolder(dataFolder: string): string {
  return path.join(dataFolder, 'exports');
}

/** Deletes what an earlier run exported: its ids are no longer known. */
export function clearExports(dataFolder: string): void {
  rmSync(exportsFolder(dataFolder), { recursive: true, force: true });
}
