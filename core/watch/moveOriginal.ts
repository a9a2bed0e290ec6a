import { constants } from 'node:fs';
import { copyFile, link, lstat, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { hashFile } from '../files/hashFile.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { outputError, systemCodeOf } from '../files/outputError.ts';
import { NO_LINKS, numberedName, publish } from '../files/publish.ts';
import { unfinishedFile } from '../files/unfinishedFile.ts';
import { isSameVersion, takeSnapshot, type FileSnapshot } from './fileSnapshot.ts';
import { discardTaken, putBack, takeAway } from './takenAway.ts';

type Original = Omit<FileSnapshot, 'ctimeNs'>;

/** Numbered names that are searched for a copy that an interrupted move left. */
const MAX_NUMBERED = 1_000;

export interface MoveOptions {
  readonly toFolder: string;
  /** SHA-256 of the content that has a result. */
  readonly contentHash: string;
  /** Eight hex digits of the run, which mark its unfinished files. */
  readonly runId: string;
}

export type MoveEnd =
  | { readonly kind: 'moved'; readonly path: string }
  /** The file had been replaced by another one. `path`: where that one had to be moved if its name was in use. */
  | { readonly kind: 'changed'; readonly path?: string };

/**
 * Moves an original out of a watched folder, mirrored below another one, once its result is published. Only the file
 * with the given content is moved, whatever happens to its name in the meantime, and nothing is ever overwritten: if the
 * name is taken, a number is added. On another volume, a copy is forced to the disk before the original is removed. A
 * move that was interrupted is completed, without a second copy.
 *
 * @throws EnlargerError `output/…`; the original is in its place then.
 */
export async function moveOriginal(original: Original, options: MoveOptions): Promise<MoveEnd> {
  const target = path.join(options.toFolder, original.relativePath);
  const temp = await unfinishedFile(target);
  try {
    await makeFolder(path.dirname(target));
    if (!(await isUnchanged(original))) return { kind: 'changed' };
    const prepared = await prepare(original, target, temp);
    if (prepared === undefined) return { kind: 'changed' };
    return await moveTaken(original, { ...options, ...prepared, target });
  } catch (error) {
    throw outputError(target, error);
  } finally {
    await rm(temp, { force: true });
  }
}

interface Prepared {
  /** The file that an interrupted move has already put there. */
  readonly before: string | undefined;
  /** A copy of the original next to the target, if that is on another volume. */
  readonly copy: string | undefined;
}

interface Move extends MoveOptions, Prepared {
  readonly target: string;
}

/** Every step that takes time or can fail, while the original is still in its place; undefined if it is replaced or removed. */
async function prepare(original: Original, target: string, temp: string): Promise<Prepared | undefined> {
  const file = original.path;
  try {
    const before = await findMoved(file, target);
    if (before !== undefined || (await canRename(file, temp))) return { before, copy: undefined };
    await copyWhole(file, temp);
    return { before, copy: temp };
  } catch (error) {
    if (await isUnchanged(original)) throw error;
    return undefined;
  }
}

/** Sets the original aside, examines that file, and moves it or puts it back. */
async function moveTaken(original: Original, move: Move): Promise<MoveEnd> {
  const takenPath = await takeAway(original.path, move.runId);
  if (takenPath === undefined) return { kind: 'changed' };
  try {
    const moved = (await isWanted(takenPath, original, move)) ? await finish(takenPath, move) : undefined;
    // A program that had the original open may have written to it while it was copied.
    const isOver =
      moved !== undefined && (moved.isTaken || (await isVersion(takenPath, takenPath, original)));
    if (isOver) {
      await discardTaken(takenPath);
      return { kind: 'moved', path: moved.path };
    }
  } catch (error) {
    await putBack(takenPath);
    throw error;
  }
  const putAt = await putBack(takenPath);
  return { kind: 'changed', ...(putAt !== original.path && { path: putAt }) };
}

/** Whether the file that was set aside is the original, and its new copy has the same content. */
async function isWanted(takenPath: string, original: Original, move: Move): Promise<boolean> {
  if (!(await isVersion(takenPath, takenPath, original))) return false;
  if ((await hashFile(takenPath)) !== move.contentHash) return false;
  if (move.before !== undefined) return isCopyOf(move.before, takenPath);
  return move.copy === undefined || (await hashFile(move.copy)) === move.contentHash;
}

/** `isTaken`: the file that was taken away is at its target now. */
async function finish(
  takenPath: string,
  { before, copy, target }: Move,
): Promise<{ path: string; isTaken: boolean }> {
  if (before !== undefined) return { path: before, isTaken: false };
  const path = await publish(copy ?? takenPath, target, 'rename');
  if (path === undefined) throw new TypeError('A move always ends with a name.');
  return { path, isTaken: copy === undefined };
}

function isUnchanged(original: Original): Promise<boolean> {
  return isVersion(original.path, original.path, original);
}

/** Whether a file has the size, time and inode of the original, under any name. */
async function isVersion(file: string, asPath: string, original: Original): Promise<boolean> {
  const now = await takeSnapshot(file, original.relativePath);
  return now !== undefined && isSameVersion({ ...now, path: asPath }, { ...original, path: asPath });
}

/**
 * The same file under its new name, or a complete copy of it, as left by a move that ended before its last step.
 *
 * @param file The original, or what was taken away.
 */
export async function findMoved(file: string, target: string): Promise<string | undefined> {
  for (let number = 1; number < MAX_NUMBERED; number++) {
    const candidate = number === 1 ? target : numberedName(target, number);
    const found = await lstat(candidate).catch(() => undefined);
    if (found === undefined) return undefined;
    if (found.isFile() && (await isCopyOf(candidate, file))) return candidate;
  }
  return undefined;
}

/** Times are compared in steps of two seconds: FAT keeps no more. */
async function isCopyOf(candidate: string, original: string): Promise<boolean> {
  const [copy, source] = [await stat(candidate), await stat(original)];
  // Without inodes, some network volumes report 0 for every file.
  if (copy.ino !== 0 && copy.dev === source.dev && copy.ino === source.ino) return source.nlink > 1;
  const isAlike =
    copy.size === source.size && Math.trunc(copy.mtimeMs / 2000) === Math.trunc(source.mtimeMs / 2000);
  return isAlike && (await hashFile(candidate)) === (await hashFile(original));
}

/** Whether a file can get a name there without being copied; bind mounts of one volume look alike, but cannot. */
async function canRename(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    await rm(to);
    return true;
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'EXDEV') return false;
    if (!NO_LINKS.has(code)) throw error;
    const [source, folder] = [await stat(from), await stat(path.dirname(to))];
    return source.dev === folder.dev;
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL);
  const { atime, mtime } = await stat(from);
  const handle = await open(to, 'r+');
  try {
    await handle.utimes(atime, mtime);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
