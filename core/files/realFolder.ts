import { realpath } from 'node:fs/promises';
import path from 'node:path';

/** A folder's real path; for one that does not exist yet, that of its nearest existing parent with the rest. */
export async function realFolder(folder: string): Promise<string> {
  const absolute = path.resolve(folder);
  const found = await realpath(absolute).catch(() => undefined);
  if (found !== undefined) return found;
  const parent = path.dirname(absolute);
  return parent === absolute ? absolute : path.join(await realFolder(parent), path.basename(absolute));
}
