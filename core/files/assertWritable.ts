import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { outputError, systemCodeOf } from './outputError.ts';

/**
 * Checks, without writing, that a folder could be made or written to: by the nearest one above it that exists.
 *
 * @throws EnlargerError `output/…`.
 */
export async function assertWritable(folder: string): Promise<void> {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    try {
      await access(place, constants.W_OK);
      if ((await stat(place)).isDirectory()) return;
      throw Object.assign(new Error(`${place} is a file.`), { code: 'ENOTDIR' });
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT' || place === path.dirname(place)) throw outputError(folder, error);
    }
  }
}
