import { copyFile, link } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../files/makeFolder.ts';

/**
 * Puts files into one folder under their own names. A browser sends each file by itself, and a network may consist of
 * two that are next to each other.
 *
 * @param folder Exists and is empty. A name that occurs again goes into a folder inside.
 */
export async function gatherFiles(files: readonly string[], folder: string): Promise<void> {
  const taken = new Map<string, number>();
  for (const file of files) {
    const name = path.basename(file);
    const count = taken.get(name.toLowerCase()) ?? 0;
    taken.set(name.toLowerCase(), count + 1);
    const place = count === 0 ? folder : path.join(folder, String(count));
    await makeFolder(place);
    const target = path.join(place, name);
    // Not every file system has links.
    await link(file, target).catch(() => copyFile(file, target));
  }
}
