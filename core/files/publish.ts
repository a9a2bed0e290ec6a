/**
 * @file Files on disk, in the order of a result's life: `makeFolder`, `diskSpace` and `ignoresCase` before the work,
 * `publish` at its end (`outputError` puts failures into words), `fileKey` and `hashFile` to recognise it later;
 * `keepTimes` of its source on the way; `cacheFolder`, `isInside` and `writeWhole` for the program's own files.
 */
import { link, lstat, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExistsPolicy } from '../api/batchSpec.ts';
import { EnlargerError } from '../api/errors.ts';
import { fileVersion } from './fileKey.ts';
import { outputError, systemCodeOf } from './outputError.ts';

/** Errors that `link` returns on file systems without hard links (exFAT, some network shares). */
export const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EINVAL',
  'UNKNOWN',
]);

/** An empty file of this age was left by a crash: claim and rename are one system call apart. */
const ABANDONED_AFTER_MS = 250;
const CLAIM_LOOK_MS = 10;

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
    if (code === 'EEXIST') return (await isAbandonedClaim(target)) && (await replace(tempPath, target));
    if (!NO_LINKS.has(code)) throw error;
    return claimAndRename(tempPath, target);
  }
  await rm(tempPath);
  return true;
}

async function replace(tempPath: string, target: string): Promise<true> {
  await rename(tempPath, target);
  return true;
}

async function isEmptyFile(file: string): Promise<boolean> {
  const stats = await lstat(file).catch(() => undefined);
  return stats?.isFile() === true && stats.size === 0;
}

/**
 * Whether an empty file has a name only because its program ended between claiming the name and moving its result
 * there. One that is just being written does not stay empty for so long.
 */
async function isAbandonedClaim(target: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < ABANDONED_AFTER_MS; waitedMs += CLAIM_LOOK_MS) {
    if (!(await isEmptyFile(target))) return false;
    await delay(CLAIM_LOOK_MS);
  }
  return isEmptyFile(target);
}

/** Without hard links, an empty file claims the name; the rename can replace no other file. */
async function claimAndRename(tempPath: string, target: string): Promise<boolean> {
  try {
    await (await open(target, 'wx')).close();
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
    if (!(await isAbandonedClaim(target))) return false;
  }
  try {
    await rename(tempPath, target);
  } catch (error) {
    // An empty file would look like a result. If the rename succeeded despite its error, its file stays.
    if (await isEmptyFile(target)) await rm(target, { force: true });
    throw error;
  }
  return true;
}

async function assertNoFolder(target: string): Promise<void> {
  const stats = await stat(target).catch(() => undefined);
  if (stats?.isDirectory() !== true) return;
  const message = `${target} is a folder, so an image cannot have that name. Choose another output.`;
  throw new EnlargerError('output/is-a-directory', message, { file: target });
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

export interface PublishOptions {
  /** {@link fileVersion} of the file that the result replaces. Any other file at the target stays as it is. */
  readonly replaces?: string;
}

/** Replaces exactly the file that was at the target when the work began. */
async function replaceVersion(tempPath: string, target: string, version: string): Promise<boolean> {
  if ((await fileVersion(target)) !== version) return false;
  return replace(tempPath, target);
}

async function giveName(
  tempPath: string,
  target: string,
  exists: ExistsPolicy,
  { replaces }: PublishOptions,
): Promise<string | undefined> {
  if (replaces !== undefined && (await replaceVersion(tempPath, target, replaces))) return target;
  if (await linkExclusively(tempPath, target)) return target;
  switch (exists) {
    case 'error':
      throw new EnlargerError('output/exists', `${target} exists already.`, { file: target });
    // A file that appeared during the work is not the one that was to be overwritten.
    case 'overwrite':
    case 'rename':
      return publishUnderFreeName(tempPath, target);
    case 'skip':
      await rm(tempPath, { force: true });
      return undefined;
  }
}

/**
 * Moves a finished, synced temporary file to its target in the same folder, and makes the move durable. A file that
 * has the name is replaced only if it is the version that `replaces` names, or an empty one that a crash left.
 *
 * @returns The path it has now: the target, or a numbered name next to it. Undefined when the target exists and the
 * policy is `skip` (the temporary file is then deleted).
 * @throws EnlargerError `output/…`; the temporary file is left for the caller to delete.
 */
export async function publish(
  tempPath: string,
  target: string,
  exists: ExistsPolicy,
  options: PublishOptions = {},
): Promise<string | undefined> {
  try {
    await assertNoFolder(target);
    const published = await giveName(tempPath, target, exists, options);
    await syncFolder(path.dirname(target));
    return published;
  } catch (error) {
    throw outputError(target, error);
  }
}

/** The file at a path, without following a symbolic link. */
export async function existingKind(file: string): Promise<'nothing' | 'file' | 'folder' | 'other'> {
  const stats = await lstat(file).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error))) return undefined;
    throw outputError(file, error);
  });
  if (stats === undefined) return 'nothing';
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'other';
}
