import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, lstat, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { hashFile } from '../files/hashFile.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { outputError } from '../files/outputError.ts';
import { numberedName, publish } from '../files/publish.ts';
import { isSameVersion, takeSnapshot, type FileSnapshot } from './fileSnapshot.ts';

type Original = Omit<FileSnapshot, 'ctimeNs'>;

/** Numbered names that are searched for a copy that an interrupted move left. */
const MAX_NUMBERED = 1_000;

/**
 * Moves an original out of a watched folder, mirrored below another one, once its result is published. Nothing is ever
 * overwritten: if the name is taken, a number is added. On another volume, a copy is forced to the disk before the
 * original is removed. A move that was interrupted is completed, without a second copy.
 *
 * @returns Where it is now, or undefined if the original had changed since it was accepted and was left in place.
 * @throws EnlargerError `output/…`; the original is in its place then.
 */
export async function moveOriginal(original: Original, toFolder: string): Promise<string | undefined> {
  const target = path.join(toFolder, original.relativePath);
  const temp = path.join(path.dirname(target), `.enlarger-${randomBytes(4).toString('hex')}-0.part`);
  try {
    await makeFolder(path.dirname(target));
    if (!(await isUnchanged(original))) return undefined;
    const before = await findInterrupted(original.path, target);
    if (before !== undefined) {
      await rm(original.path);
      return before;
    }
    await linkOrCopy(original.path, temp);
    if (!(await isUnchanged(original))) return undefined;
    const moved = await publish(temp, target, 'rename');
    await rm(original.path);
    return moved;
  } catch (error) {
    throw outputError(target, error);
  } finally {
    await rm(temp, { force: true });
  }
}

async function isUnchanged(original: Original): Promise<boolean> {
  const now = await takeSnapshot(original.path, original.relativePath);
  return now !== undefined && isSameVersion(now, original);
}

/** The same file under its new name, or a whole copy of it: what a move leaves that ended before its last step. */
async function findInterrupted(original: string, target: string): Promise<string | undefined> {
  for (let number = 1; number < MAX_NUMBERED; number++) {
    const candidate = number === 1 ? target : numberedName(target, number);
    const found = await lstat(candidate).catch(() => undefined);
    if (found === undefined) return undefined;
    if (found.isFile() && (await isCopyOf(candidate, original))) return candidate;
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

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    // Another volume, or one without hard links; any other trouble shows up here, too.
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
}
