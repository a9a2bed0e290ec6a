/**
 * @file Makes folders with all their parents.
 *
 * [Note: Folders that cannot be] Node's own `recursive` treats "not found" as a missing parent, and retries forever
 * if the system reports it for a folder whose parent exists: names that Windows does not allow, special file systems.
 */
import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface FolderOptions {
  /** Who may do what, for every folder that is created; not on Windows. */
  readonly mode?: number;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/**
 * Creates a folder, and its missing parents. An existing one stays as it is.
 *
 * @throws The system's error if it cannot be created; some of its parents may have been.
 */
export async function makeFolder(folder: string, options: FolderOptions = {}): Promise<void> {
  const isFolder = (place: string): Promise<boolean> =>
    stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    );
  const parent = path.dirname(folder);
  if (await isFolder(folder)) return;
  try {
    await mkdir(folder, options);
  } catch (error) {
    if (await isFolder(folder)) return;
    if (!isMissing(error) || parent === folder) throw error;
    if (!(await isFolder(parent))) await makeFolder(parent, options);
    // Tried again even if the parent exists: another process may have created it since the first try.
    await mkdir(folder, options).catch(async (again: unknown) => {
      if (!(await isFolder(folder))) throw again;
    });
  }
}

/** The synchronous form, for folders that must exist before anything else begins. */
export function makeFolderSync(folder: string, options: FolderOptions = {}): void {
  const isFolder = (place: string): boolean => {
    try {
      return statSync(place).isDirectory();
    } catch {
      return false;
    }
  };
  const parent = path.dirname(folder);
  try {
    mkdirSync(folder, options);
  } catch (error) {
    if (isFolder(folder)) return;
    if (!isMissing(error) || parent === folder) throw error;
    if (!isFolder(parent)) makeFolderSync(parent, options);
    try {
      mkdirSync(folder, options);
    } catch (again) {
      if (!isFolder(folder)) throw again;
    }
  }
}
