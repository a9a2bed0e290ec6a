import { access, constants, lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import { folderError, systemCodeOf } from './outputError.ts';

/** The system's error for a folder below something that is not a folder. */
function obstacle(code: 'EEXIST' | 'ENOTDIR'): Error {
  return Object.assign(new Error(`It is not a folder (${code}).`), { code });
}

function isThere(place: string): Promise<boolean> {
  return lstat(place).then(
    () => true,
    () => false,
  );
}

/**
 * Checks, without writing, that a folder could be created or written to, by its nearest existing parent.
 *
 * @throws EnlargerError `output/…`.
 */
export async function assertWritable(folder: string): Promise<void> {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    try {
      await access(place, constants.W_OK);
      if ((await stat(place)).isDirectory()) return;
      throw obstacle(place === path.resolve(folder) ? 'EEXIST' : 'ENOTDIR');
    } catch (error) {
      const isMissing = systemCodeOf(error) === 'ENOENT' && place !== path.dirname(place);
      if (!isMissing) throw folderError(folder, error);
      if (await isThere(place)) throw folderError(folder, obstacle('EEXIST'));
    }
  }
}
