import { chmod, stat } from 'node:fs/promises';

/** Reading and writing for owner, group and others. */
const ACCESS = 0o666;

/**
 * Removes permissions of other users on a result that they do not have on its source. Volumes without permissions
 * ignore it.
 */
export async function keepPrivate(result: string, source: string): Promise<void> {
  if (process.platform === 'win32') return;
  const [made, original] = await Promise.all(
    [result, source].map((file) => stat(file).catch(() => undefined)),
  );
  if (made === undefined || original === undefined) return;
  const mode = made.mode & ACCESS & (original.mode | 0o600);
  if (mode !== (made.mode & ACCESS)) await chmod(result, mode).catch(() => undefined);
}
