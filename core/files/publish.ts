import { link, lstat, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { ExistsPolicy } from '../api/batchSpec.ts';
import { EnlargerError } from '../api/errors.ts';
import { outputError, systemCodeOf } from './outputError.ts';

/** Errors by which file systems without hard links (exFAT, some network shares) refuse `link`. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'UNKNOWN']);

/** Makes a new name in a folder survive a power cut. Windows has no such call, and some network shares refuse it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EACCES', 'EISDIR'].includes(systemCodeOf(error))) throw error;
  } finally {
    await handle?.close();
  }
}

/**
 * Gives a finished file its name without ever replacing another: `link` fails where `rename` would overwrite.
 *
 * @returns false when the target exists.
 */
async function linkExclusively(tempPath: string, target: string): Promise<boolean> {
  try {
    await link(tempPath, target);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw error;
    return claimAndRename(tempPath, target);
  }
  await rm(tempPath);
  return true;
}

/** Without hard links: an empty file claims the name, and is the only one that the rename can replace. */
async function claimAndRename(tempPath: string, target: string): Promise<boolean> {
  try {
    await (await open(target, 'wx')).close();
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await rename(tempPath, target);
  } catch (error) {
    // Otherwise an empty file would stand there for an image, and count as done the next time.
    await rm(target, { force: true });
    throw error;
  }
  return true;
}

async function assertNoFolder(target: string): Promise<void> {
  const stats = await stat(target).catch(() => undefined);
  if (stats?.isDirectory() !== true) return;
  throw new EnlargerError('output/is-a-directory', `${target} is a folder, so no image can be put there.`, {
    file: target,
  });
}

/** `photo.jpg` → `photo (2).jpg`. */
export function numberedName(file: string, number: number): string {
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name} (${number})${ext}`);
}

async function publishUnderFreeName(tempPath: string, target: string): Promise<string> {
  for (let number = 2; ; number++) {
    const candidate = numberedName(target, number);
    if (await linkExclusively(tempPath, candidate)) return candidate;
  }
}

/**
 * Moves a finished, synced temporary file to its target in the same folder, and makes the move durable.
 *
 * @returns The path it has now, or undefined when the target exists and the policy is `skip` (the temporary file is
 * then deleted).
 * @throws EnlargerError `output/…`; the temporary file is left for the caller to delete.
 */
export async function publish(
  tempPath: string,
  target: string,
  exists: ExistsPolicy,
): Promise<string | undefined> {
  try {
    await assertNoFolder(target);
    let published: string | undefined = target;
    if (exists === 'overwrite') await rename(tempPath, target);
    else if (!(await linkExclusively(tempPath, target))) {
      if (exists === 'error')
        throw new EnlargerError('output/exists', `${target} is there already.`, { file: target });
      published = exists === 'rename' ? await publishUnderFreeName(tempPath, target) : undefined;
      if (published === undefined) await rm(tempPath, { force: true });
    }
    await syncFolder(path.dirname(target));
    return published;
  } catch (error) {
    throw outputError(target, error);
  }
}

/** What stands at a path, without following a symbolic link there. */
export async function existingKind(file: string): Promise<'nothing' | 'file' | 'folder' | 'other'> {
  const stats = await lstat(file).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error))) return undefined;
    throw outputError(file, error);
  });
  if (stats === undefined) return 'nothing';
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'other';
}
