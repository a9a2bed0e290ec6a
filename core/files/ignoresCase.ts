import { statfs } from 'node:fs/promises';
import path from 'node:path';

/** File systems of Linux that are case-sensitive (magic numbers: `statfs(2)`). */
const EXACT = new Set([
  0xef53, // ext2, ext3, ext4
  0x9123683e, // Btrfs
  0x58465342, // XFS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
  0xf2f52010, // F2FS
  0xca451a4e, // bcachefs
  0x6969, // NFS
]);

/**
 * Whether a volume may treat two names as one that differ only in case or Unicode form. Nothing is written to find
 * out, so a file system that is not known to be case-sensitive counts as one that is not.
 *
 * @param folder Need not exist yet: the nearest folder above it that does counts.
 */
export async function ignoresCase(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const stats = await statfs(place).catch(() => undefined);
    if (stats !== undefined) return !EXACT.has(stats.type);
    if (place === path.dirname(place)) return true;
  }
}
