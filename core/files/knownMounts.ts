import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface KnownMount {
  readonly mountPoint: string;
  /** When it was last seen to be one, in milliseconds since 1970. */
  readonly seenAt: number;
}

/** The mounted volumes that results were written to, remembered from one start to the next. */
export interface KnownMounts {
  /** By the folder of the results. */
  readonly all: () => Readonly<Record<string, KnownMount>>;
  /** @param mountPoint Undefined if the folder is not on a separate volume. */
  readonly note: (folder: string, mountPoint: string | undefined) => void;
}

/** For lists of jobs that are not kept. */
export const NO_KNOWN_MOUNTS: KnownMounts = { all: () => ({}), note: () => undefined };

/** Folders that are searched before a mount point counts as an ordinary folder. */
const MAX_FOLDERS = 1_000;

/** Whether there is a file at a place or anywhere below it. Empty folders do not count: mount points may contain them. */
export async function holdsFiles(place: string): Promise<boolean> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory() !== true) return found !== undefined;
  const folders = [place];
  for (const folder of folders) {
    if (folders.length > MAX_FOLDERS) return true;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (entries.some((entry) => !entry.isDirectory())) return true;
    folders.push(...entries.map(({ name }) => path.join(folder, name)));
  }
  return false;
}
