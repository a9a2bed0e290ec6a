import { nameFilter, type NamePatterns } from '../jobs/nameFilter.ts';
import { assertFolder } from './assertFolder.ts';
import type { FileSnapshot } from './fileSnapshot.ts';
import { realFolder } from '../files/realFolder.ts';
import { scanAll } from './scanFolder.ts';

export interface ExistingFilesOptions extends NamePatterns {
  readonly recursive: boolean;
}

/**
 * The files that a watcher of this folder would find now, images or not.
 *
 * @throws EnlargerError `watch/unreachable` when the folder does not exist.
 */
export async function existingFiles(
  folder: string,
  options: ExistingFilesOptions,
): Promise<readonly FileSnapshot[]> {
  const root = await realFolder(folder);
  await assertFolder(root);
  const { files } = await scanAll({
    root,
    recursive: options.recursive,
    isWanted: nameFilter(options),
    closedFolders: new Set(),
  });
  return files;
}
