import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { stateOfRun, type RunState } from '../../files/runLock.ts';

/**
 * Names that only this program gives: unfinished results and the scratch folders next to them. Those of attempts on other
 * machines have another number (`core/machines/attemptFiles.ts`).
 */
const TEMPORARY_NAME = /^\.enlarger-([0-9a-f]{8})-(\d+)(-\d+)?\.(part|scratch|preview)$/;

/**
 * Files that are moved or written within moments (reports, originals) have the number 0. If nothing is known of their
 * run, they are deleted after this time.
 */
const BRIEF_FILE_AGE_MS = 60 * 60 * 1000;

/** Where a job's unfinished result is written: next to its target, so that publishing is a rename within one folder. */
export function temporaryPaths(
  target: string,
  runId: string,
  jobId: number,
): { tempPath: string; scratchFolder: string } {
  const base = path.join(path.dirname(target), `.enlarger-${runId}-${jobId}`);
  return { tempPath: `${base}.part`, scratchFolder: `${base}.scratch` };
}

export async function isOld(file: string): Promise<boolean> {
  // The time of the last change of any kind: a finished part has its source's time of modification already.
  const changedAtMs = (await lstat(file).catch(() => undefined))?.ctimeMs ?? Date.now();
  return Date.now() - changedAtMs > BRIEF_FILE_AGE_MS;
}

/**
 * Whether a file is no longer needed. What another machine computes for a run that is gone may still be used by the next
 * one.
 */
async function isLeftoverOf(
  state: RunState,
  file: string,
  { isBrief, isShared }: { readonly isBrief: boolean; readonly isShared: boolean },
): Promise<boolean> {
  switch (state) {
    case 'alive':
      return false;
    case 'gone':
      return !isShared || isOld(file);
    case 'unknown':
      return isBrief && isOld(file);
  }
}

/**
 * Deletes what ended runs of this machine and user left in a folder. What cannot be deleted is left for the next time,
 * and so is what belongs to an unknown run.
 *
 * @param isWorkOver What other machines computed for such runs will not be used, however new it is.
 */
export async function sweepLeftovers(folder: string, { isWorkOver = false } = {}): Promise<void> {
  const states = new Map<string, RunState>();
  for (const name of await readdir(folder).catch(() => [])) {
    const [, runId, number, attempt] = TEMPORARY_NAME.exec(name) ?? [];
    if (runId === undefined) continue;
    const file = path.join(folder, name);
    if (!states.has(runId)) states.set(runId, await stateOfRun(runId));
    const isLeftover = await isLeftoverOf(states.get(runId) ?? 'unknown', file, {
      isBrief: number === '0',
      isShared: number !== '0' && attempt !== undefined && !isWorkOver,
    });
    if (isLeftover) await rm(file, { recursive: true, force: true }).catch(() => undefined);
  }
}
