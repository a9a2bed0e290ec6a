import { statfs } from 'node:fs/promises';

/** Linux' magic numbers of file systems whose changes on other machines raise no event: statfs(2). */
const REMOTE_FILE_SYSTEMS = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB 2
  0x01021997, // 9P, as in virtual machines and WSL
  0x65735546, // FUSE: sshfs, rclone and others
  0x00c36400, // Ceph
  0x5346414f, // AFS
]);

/** Whether a folder is on a volume whose changes the system does not all report. */
export async function isOnNetworkVolume(folder: string): Promise<boolean> {
  if (process.platform === 'win32') return /^[\\/]{2}(?![?.][\\/])/.test(folder);
  if (process.platform !== 'linux') return false;
  const { type } = await statfs(folder);
  // The number comes back signed on some systems.
  return REMOTE_FILE_SYSTEMS.has(type >>> 0);
}
