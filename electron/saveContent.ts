import { constants } from 'node:fs';
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { unfinishedFile } from '../core/files/unfinishedFile.ts';
import type { MediaContent } from '../core/media/mediaService.ts';

/**
 * Saves under a name that a person chose: an existing file stays intact until the new one is complete. The unfinished file
 * has a unique name, so that no other file is ever replaced or deleted for it.
 */
export async function saveContent(filePath: string, { file, bytes }: MediaContent): Promise<void> {
  const unfinished = await unfinishedFile(filePath);
  try {
    if (file === undefined) await writeFile(unfinished, bytes ?? new Uint8Array(), { flag: 'wx' });
    else await copyFile(file, unfinished, constants.COPYFILE_EXCL);
    await rename(unfinished, filePath);
  } finally {
    await rm(unfinished, { force: true });
  }
}
