import { randomBytes } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Names that only this program gives: unfinished results and the scratch folders beside them. */
const TEMPORARY_NAME = /^\.enlarger-[0-9a-f]{8}-\d+\.(part|scratch)$/;

/** A run that was killed leaves its temporary files; one that lives touches its own far more often. */
const LEFTOVER_AGE_MS = 60 * 60 * 1000;

/** Makes temporary names unique among programs that run at the same time. */
export function newRunId(): string {
  return randomBytes(4).toString('hex');
}

/** Where a job's unfinished result lies: beside its target, so that publishing is a step within one folder. */
export function temporaryPaths(
  target: string,
  runId: string,
  jobId: number,
): { tempPath: string; scratchFolder: string } {
  const base = path.join(path.dirname(target), `.enlarger-${runId}-${jobId}`);
  return { tempPath: `${base}.part`, scratchFolder: `${base}.scratch` };
}

/** Deletes what killed runs left in a folder an hour ago or earlier. What cannot be deleted is left for the next time. */
export async function sweepLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => TEMPORARY_NAME.test(each))) {
    const file = path.join(folder, name);
    // The time of the last change of any kind: a finished part has its source's time of modification already.
    const changedAtMs = (await lstat(file).catch(() => undefined))?.ctimeMs ?? Date.now();
    if (Date.now() - changedAtMs > LEFTOVER_AGE_MS) {
      await rm(file, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}
