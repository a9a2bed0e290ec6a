import { stat } from 'node:fs/promises';
import { EnlargerError } from '../api/errors.ts';

/** @throws EnlargerError `watch/unreachable` unless the folder exists. */
export async function assertFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch(() => undefined);
  if (stats?.isDirectory() === true) return;
  const message =
    stats === undefined
      ? `The folder ${folder} cannot be reached. Watching resumes as soon as it is back.`
      : `${folder} is not a folder. Watch the folder that contains it.`;
  throw new EnlargerError('watch/unreachable', message, { folder });
}
