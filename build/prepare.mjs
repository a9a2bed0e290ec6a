/**
 * @file Makes a checkout ready to run, with nothing but Node: installs the dependencies when they are missing or older
 * than the lock file, compiles with `--build` when a source is newer than the last build, and puts the window together
 * with `--window` when a source of the window is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(new URL('..', import.meta.url)));
const SOURCE_FOLDERS = ['core', 'cli', 'renderer', 'electron', 'tests'];
/** Rooms that need not be compiled for the program to run; the window is built by Vite. */
const LEFT_OUT = {
  nothing: [],
  forCommand: ['electron', 'renderer', 'tests'],
  forDesktop: ['renderer', 'tests'],
};
const SOURCE_NAME = /\.(c?ts|svelte|css|html|svg)$|tsconfig\.json$/;

/** Milliseconds since 1970 of the last change, 0 for a missing file. */
function changedAt(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

function newestSourceMs(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestSourceMs(file));
    else if (SOURCE_NAME.test(entry.name)) newest = Math.max(newest, changedAt(file));
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

/** Exits with a sentence if Node is too old, which would otherwise print a stack of syntax errors. */
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

/** The rooms of `tsconfig.json` except some. */
function roomsWithout(leftOut) {
  const { references } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8'));
  return references.map((reference) => reference.path).filter((room) => !leftOut.includes(room));
}

/** Runs a build step unless its stamp is newer than all of its sources. */
function runWhenOlder(stampName, sources, step) {
  const stamp = path.join(root, 'dist', stampName);
  const startedAt = new Date();
  if (changedAt(stamp) > Math.max(...sources)) return;
  step();
  // Dated at the start: a source saved while the step ran is built next time.
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}

function settingsChangedAt(...files) {
  return [...files, 'package-lock.json'].map((file) => changedAt(path.join(root, file)));
}

/** `tsc -b`, when a source is newer than the last successful build. @param leftOut A name of `LEFT_OUT`. */
export function ensureBuilt(leftOut = 'nothing') {
  const rooms = LEFT_OUT[leftOut];
  const folders = SOURCE_FOLDERS.filter((folder) => !rooms.includes(folder));
  const sources = folders.map((folder) => newestSourceMs(path.join(root, folder)));
  const settings = settingsChangedAt('tsconfig.json', 'tsconfig.base.json');
  runWhenOlder(`.built-without-${leftOut}`, [...sources, ...settings], () => {
    const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    run(process.execPath, [compiler, '-b', ...roomsWithout(rooms)], 'Compiling the program');
  });
}

/** Puts the window into `dist/renderer/`, when a source of it is newer than the last time. */
export function ensureWindowBuilt() {
  const sources = ['renderer', 'core/api'].map((folder) => newestSourceMs(path.join(root, folder)));
  const settings = settingsChangedAt('build/vite.config.mjs');
  runWhenOlder('.windowBuilt', [...sources, ...settings], () => {
    const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const config = path.join(root, 'build', 'vite.config.mjs');
    run(process.execPath, [vite, 'build', '--config', config, '--logLevel', 'warn'], 'Building the window');
  });
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  if (process.argv.includes('--build')) ensureBuilt();
  if (process.argv.includes('--window')) ensureWindowBuilt();
}
