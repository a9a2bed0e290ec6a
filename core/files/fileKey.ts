import { stat } from 'node:fs/promises';

/** A file by device and inode: the same under every name, link and spelling. Undefined where there is none. */
export async function fileKey(file: string): Promise<string | undefined> {
  const stats = await stat(file, { bigint: true }).catch(() => undefined);
  return stats && `${stats.dev}:${stats.ino}`;
}
