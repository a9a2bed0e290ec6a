import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolderSync } from '../files/makeFolder.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is alive, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Deletes folders of processes that did not end normally. */
function removeLeftovers(parent: string, prefix: string): void {
  for (const name of readdirSync(parent)) {
    const [, pid] = new RegExp(`^${prefix}-(\\d+)-`).exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

/**
 * Creates a folder that only this process uses and only its user may read. Those of dead processes are removed.
 *
 * @param prefix Letters only. Folders are called `<prefix>-<process id>-<random>`.
 * @returns Its path; the caller deletes it.
 */
export function makeSessionFolder(parent: string, prefix: string): string {
  makeFolderSync(parent, { mode: 0o700 });
  removeLeftovers(parent, prefix);
  return mkdtempSync(path.join(parent, `${prefix}-${process.pid}-`)); // created with 0700
}
