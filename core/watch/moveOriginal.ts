import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../files/makeFolder.ts';
import { outputError } from '../files/outputError.ts';
import { publish } from '../files/publish.ts';
import { isSameVersion, lookAt, type FileSnapshot } from './fileSnapshot.ts';

/**
 * Moves an original out of a watched folder, mirrored below another one, once its result is published. Nothing is ever
 * overwritten: a name that is taken gets a number. On another volume, a copy is forced to the disk before the original
 * goes.
 *
 * @returns Where it lies now, or undefined when the original had changed since it was taken and was left in place.
 * @throws EnlargerError `output/…`; the original is where it was then.
 */
export async function moveOriginal(look: FileSnapshot, toFolder: string): Promise<string | undefined> {
  const target = path.join(toFolder, look.relativePath);
  const temp = path.join(path.dirname(target), `.enlarger-${randomBytes(4).toString('hex')}-0.part`);
  try {
    await makeFolder(path.dirname(target));
    await linkOrCopy(look.path, temp);
    const now = await lookAt(look.path, look.relativePath);
    if (now === undefined || !isSameVersion(now, look)) return undefined;
    const moved = await publish(temp, target, 'rename');
    await rm(look.path);
    return moved;
  } catch (error) {
    throw outputError(target, error);
  } finally {
    await rm(temp, { force: true });
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    // Another volume, or one without hard links; whatever else is wrong shows here, too.
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
