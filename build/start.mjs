/**
 * @file `npm start`: prepares the checkout, then opens the desktop program if Electron's binary is installed, or the
 * same window in the browser if not.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { electronProgram, installedElectron } from './findElectron.mjs';
import { ensureBuilt, ensureInstalled, ensureWindowBuilt } from './prepare.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Chromium refuses to run its sandbox as root, and exits without an explanation. */
function sandboxOptions() {
  return process.platform === 'linux' && process.getuid() === 0 ? ['--no-sandbox'] : [];
}

/** Electron cannot start without a display, as on a Linux machine that is used over SSH. */
function hasScreen() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function openDesktop(folder) {
  const { status, error } = spawnSync(
    electronProgram(folder),
    [...sandboxOptions(), root, ...process.argv.slice(2)],
    { stdio: 'inherit' },
  );
  if (error) process.stderr.write(`Electron could not be started: ${error.message}\n`);
  process.exitCode = status ?? 1;
}

async function openBrowser(reason) {
  process.stderr.write(`${reason}; the window opens in your browser instead.\n`);
  process.argv = [process.argv[0], path.join(root, 'dist', 'cli', 'main.js'), 'serve'];
  await import('../dist/cli/main.js');
}

ensureInstalled();
ensureBuilt('forDesktop');
ensureWindowBuilt();
const folder = installedElectron();
if (folder === undefined) {
  await openBrowser("Electron's binary is not installed (npx install-electron fetches it)");
} else if (hasScreen()) {
  openDesktop(folder);
} else {
  await openBrowser('No display is available for the desktop program');
}
