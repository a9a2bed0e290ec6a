import { link, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { systemCodeOf } from '../files/outputError.ts';
import { NO_LINKS, numberedName } from '../files/publish.ts';

/**
 * [Note: Taking files away] A file that is removed by its name may have become another one since it was examined, and
 * that one would be lost. So it is first renamed into a new folder next to it, which other programs do not know: the file
 * that had the name is then in there, and can be examined, moved or put back. The folder's name names the run, so that
 * what a crash leaves in it can be put back later.
 */
const FOLDER_NAME = /^\.enlarger-([0-9a-f]{8})-\d+\.moving$/;

let taken = 0;

/** The run that created a folder for files that are taken away, or undefined if it is another kind of folder. */
export function runOfTakenFolder(folderName: string): string | undefined {
  return FOLDER_NAME.exec(folderName)?.[1];
}

/**
 * Sets aside whichever file has a name now.
 *
 * @returns Where it is, or undefined if nothing has the name any more.
 */
export async function takeAway(file: string, runId: string): Promise<string | undefined> {
  const folder = path.join(path.dirname(file), `.enlarger-${runId}-${++taken}.moving`);
  await mkdir(folder);
  const takenPath = path.join(folder, path.basename(file));
  try {
    await rename(file, takenPath);
    return takenPath;
  } catch (error) {
    await rmdir(folder);
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Deletes a file that was taken away, if it is still there, and its folder. */
export async function discardTaken(takenPath: string): Promise<void> {
  await rm(takenPath, { force: true });
  await rmdir(path.dirname(takenPath));
}

/** Gives a file a free name. Without hard links, a rename could replace a file that has just appeared. */
async function giveFreeName(takenPath: string, wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? wanted : numberedName(wanted, number);
    try {
      await link(takenPath, candidate);
      await rm(takenPath);
      return candidate;
    } catch (error) {
      const code = systemCodeOf(error);
      if (code === 'EEXIST') continue;
      if (!NO_LINKS.has(code)) throw error;
    }
    // Other programs write to the usual name, so that only a numbered one can be claimed.
    if (number > 1 && (await renameToClaimed(takenPath, candidate))) return candidate;
  }
}

async function renameToClaimed(takenPath: string, candidate: string): Promise<boolean> {
  try {
    await (await open(candidate, 'wx')).close();
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await rename(takenPath, candidate);
  return true;
}

/**
 * Puts a file that was taken away back next to its folder, under its own name or, if that is taken by now, a numbered
 * one. Nothing is overwritten.
 *
 * @returns Where it is now.
 */
export async function putBack(takenPath: string): Promise<string> {
  const folder = path.dirname(takenPath);
  const putAt = await giveFreeName(takenPath, path.join(path.dirname(folder), path.basename(takenPath)));
  await rmdir(folder);
  return putAt;
}
