import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The system's command that opens a file in its default program. */
function opener(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  return platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
}

/**
 * Opens a link in the user's browser, through a file that only this user can read: the link contains a secret, and other
 * users of the machine can see every command's arguments.
 *
 * @returns A function that deletes the file.
 */
export function openInBrowser(url: string, folder: string): () => void {
  const file = path.join(folder, `open-${randomBytes(8).toString('hex')}.html`);
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}"><title>Enlarger</title>`;
  writeFileSync(file, page, { mode: 0o600, flag: 'wx' });
  const [command, ...words] = opener(process.platform);
  const child = spawn(command, [...words, pathToFileURL(file).href], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // the command is missing; the link has been printed
  child.unref();
  return () => {
    rmSync(file, { force: true });
  };
}
