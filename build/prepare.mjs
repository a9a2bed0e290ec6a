/**
 * @file Makes a checkout ready to run, with nothing but Node: installs the dependencies when they are missing or older
 * than the lock file and, with `--build`, compiles when a source is newer than the last build.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync, utimesSync, writeFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(new URL('..', import.meta.url)));
const SOURCE_FOLDERS = ['core', 'cli', 'electron', 'tests'];
const BUILD_STAMP = path.join(root, 'dist', '.built');

/** Milliseconds since 1970 of the last change, 0 for a file that is not there. */
function changedAt(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

function newestSourceMs(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestSourceMs(file));
    else if (/\.c?ts$|tsconfig\.json$/.test(entry.name)) newest = Math.max(newest, changedAt(file));
  }
  // A folder's own time changes when a file in it is removed or renamed.
  return Math.max(newest, changedAt(folder));
}

function run(command, args, what) {
  process.stderr.write(`${what}…\n`);
  const result = spawnSync(command, args, {
    cwd: root,
    // stdout belongs to the program that runs next.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (result.status !== 0) {
    process.stderr.write(`${what} failed: ${result.error?.message ?? `exit code ${result.status}`}\n`);
    process.exit(result.status || 1);
  }
}

/** Ends with a sentence where Node is too old: its own complaint would be a stack of syntax errors. */
function requireNode() {
  const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const [major, minor] = /\d+\.\d+/.exec(engines.node)[0].split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  process.stderr.write(
    `Enlarger needs Node.js ${major}.${minor} or newer; this is ${process.versions.node}. See https://nodejs.org\n`,
  );
  process.exit(1);
}

/** `npm ci`, when the installed packages are missing or older than the lock file. */
export function ensureInstalled() {
  requireNode();
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  if (changedAt(installed) >= changedAt(path.join(root, 'package-lock.json'))) return;
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'Installing the dependencies');
  const now = new Date();
  utimesSync(installed, now, now);
}

/** `tsc -b`, when a source is newer than the last successful build. */
export function ensureBuilt() {
  const sources = SOURCE_FOLDERS.map((folder) => newestSourceMs(path.join(root, folder)));
  const settings = ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json'].map((file) =>
    changedAt(path.join(root, file)),
  );
  const startedAt = new Date();
  if (changedAt(BUILD_STAMP) > Math.max(...sources, ...settings)) return;
  run(
    process.execPath,
    [path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'],
    'Compiling the program',
  );
  // Dated at the start: a source saved while the compiler ran is compiled next time.
  writeFileSync(BUILD_STAMP, '');
  utimesSync(BUILD_STAMP, startedAt, startedAt);
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  if (process.argv.includes('--build')) ensureBuilt();
}
