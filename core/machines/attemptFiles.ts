import { rm } from 'node:fs/promises';
import path from 'node:path';

/** The files that one attempt writes, next to its target. */
export interface AttemptFiles {
  readonly tempPath: string;
  readonly scratchFolder: string;
  readonly previewPath: string;
}

/** Where an attempt on another machine writes: no other attempt, and no local work, has these names. */
export function attemptFiles(folder: string, attempt: string): AttemptFiles {
  const base = path.join(folder, `.enlarger-${attempt}`);
  return { tempPath: `${base}.part`, scratchFolder: `${base}.scratch`, previewPath: `${base}.preview` };
}

/** Deletes what an attempt left; what cannot be deleted now is found by a later sweep. */
export async function sweepAttempt({ tempPath, scratchFolder, previewPath }: AttemptFiles): Promise<void> {
  const files = [tempPath, scratchFolder, previewPath];
  await Promise.all(files.map((file) => rm(file, { recursive: true, force: true }).catch(() => undefined)));
}
