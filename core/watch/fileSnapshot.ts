import { lstat } from 'node:fs/promises';
import { systemCodeOf } from '../files/outputError.ts';

/** What the system reports about a file without opening it. */
export interface FileSnapshot {
  readonly path: string;
  /** Below the watched folder. */
  readonly relativePath: string;
  readonly sizeBytes: number;
  /** Nanoseconds since 1970 as text: a number cannot hold them, and JSON has no bigint. */
  readonly mtimeNs: string;
  /** Device and inode: another file under the same name has another one. */
  readonly inode: string;
  /** Last change of any kind, permissions included. */
  readonly ctimeNs: string;
}

/** @returns The file as it is now, or undefined if no regular file has that name. */
export async function takeSnapshot(file: string, relativePath: string): Promise<FileSnapshot | undefined> {
  const stats = await lstat(file, { bigint: true }).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error))) return undefined;
    throw error;
  });
  if (stats?.isFile() !== true) return undefined;
  return {
    path: file,
    relativePath,
    sizeBytes: Number(stats.size),
    mtimeNs: String(stats.mtimeNs),
    inode: `${stats.dev}:${stats.ino}`,
    ctimeNs: String(stats.ctimeNs),
  };
}

/** Whether two snapshots show the same content, as far as that can be known without reading it. */
export function isSameVersion(
  one: Omit<FileSnapshot, 'ctimeNs' | 'relativePath'>,
  other: Omit<FileSnapshot, 'ctimeNs' | 'relativePath'>,
): boolean {
  return (
    one.path === other.path &&
    one.sizeBytes === other.sizeBytes &&
    one.mtimeNs === other.mtimeNs &&
    one.inode === other.inode
  );
}
