import { lstat, stat } from 'node:fs/promises';

/** A file by device and inode: the same under every name, link and spelling. Undefined if there is no such file. */
export async function fileKey(file: string): Promise<string | undefined> {
  const stats = await stat(file, { bigint: true }).catch(() => undefined);
  return stats && `${stats.dev}:${stats.ino}`;
}

/** A file and its current content; it changes if the file is replaced or written to. Undefined for a missing file. */
export async function fileVersion(file: string): Promise<string | undefined> {
  const stats = await lstat(file, { bigint: true }).catch(() => undefined);
  return stats && `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}`;
}
