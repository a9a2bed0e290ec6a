import { lstat, readdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { toErrorDto, type ErrorDto } from '../../api/errors.ts';
import { outputError } from '../../files/outputError.ts';
import { isIgnoredFolder } from '../../jobs/ignoredNames.ts';
import { findMoved } from '../../watch/moveOriginal.ts';
import { discardTaken, putBack, runOfTakenFolder } from '../../watch/takenAway.ts';
import { isOld } from '../queue/leftovers.ts';
import { stateOfRun } from '../../files/runLock.ts';

/**
 * Puts back originals that killed runs were moving, or completes the move if only its last step was missing. Runs before
 * the first scan, which would find them missing.
 *
 * @param toFolder Where originals are moved, if they still are.
 * @param report Called for each that stays hidden, for the next time.
 */
export async function restoreOriginals(
  folder: string,
  toFolder: string | undefined,
  report: (name: string, error: ErrorDto) => void,
): Promise<void> {
  const pending = [folder];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    const entries = await readdir(each, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const below = path.join(each, entry.name);
      const runId = entry.isDirectory() ? runOfTakenFolder(entry.name) : undefined;
      if (runId !== undefined) {
        if (!(await isOver(runId, below))) continue;
        await restore(below, folder, toFolder).catch((error: unknown) => {
          report(path.relative(folder, below), toErrorDto(outputError(below, error)));
        });
      } else if (entry.isDirectory() && !isIgnoredFolder(entry.name)) pending.push(below);
    }
  }
}

/** Runs of other machines and users cannot be checked: their moves last only moments. */
async function isOver(runId: string, folder: string): Promise<boolean> {
  const state = await stateOfRun(runId);
  return state === 'unknown' ? isOld(folder) : state === 'gone';
}

async function restore(takenFolder: string, folder: string, toFolder: string | undefined): Promise<void> {
  const [name] = await readdir(takenFolder);
  if (name === undefined) {
    await rmdir(takenFolder);
    return;
  }
  const takenPath = path.join(takenFolder, name);
  const isMoved =
    toFolder !== undefined &&
    (await lstat(takenPath)).isFile() &&
    (await findMoved(takenPath, path.join(toFolder, path.relative(folder, path.dirname(takenFolder)), name)));
  if (isMoved === false || isMoved === undefined) await putBack(takenPath);
  else await discardTaken(takenPath);
}
