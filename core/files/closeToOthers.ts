import { chmodSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The program's files in its data folder; anything else there belongs to the user. */
const OWN_NAME =
  /^(enlarger\.db.*|before-version-\d+\.db|owner\.json|settings\.json|logs|snapshots|downloads|uploads|pasted)$/;

/**
 * Sets a data folder to 0700 and the files of the program in it to 0600: an older version, a copy by hand or an
 * unusual umask may have left them open to other users. Windows has a different kind of permissions.
 */
export function closeToOthers(folder: string): void {
  if (process.platform === 'win32') return;
  try {
    chmodSync(folder, 0o700);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (OWN_NAME.test(entry.name)) closeEntry(path.join(folder, entry.name), entry.isDirectory());
    }
  } catch {
    // A folder of another user, or a read-only one: using it will show whether it works.
  }
}

function closeEntry(file: string, isFolder: boolean): void {
  chmodSync(file, isFolder ? 0o700 : 0o600);
  if (!isFolder) return;
  for (const inside of readdirSync(file, { withFileTypes: true })) {
    if (inside.isFile()) chmodSync(path.join(file, inside.name), 0o600);
  }
}
