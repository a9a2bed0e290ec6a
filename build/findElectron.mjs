/** @file Finds Electron's binary on this machine, without downloading it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Path of the executable inside an Electron folder, by platform. */
const PROGRAM = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/** The folder that `build/getElectron.mjs` fills; for tests only. */
export const TEST_ELECTRON_FOLDER = path.join(root, '.cache', 'electron-33.3.0');

/** @returns {string} The path of the executable inside an Electron folder; the file may not exist. */
export function electronProgram(folder) {
  return path.join(folder, PROGRAM[process.platform] ?? 'electron');
}

/** The first of the folders that contains Electron. */
function firstWithElectron(folders) {
  return folders.find((folder) => folder && existsSync(electronProgram(folder)));
}

/**
 * The Electron that a user would run: `ELECTRON_OVERRIDE_DIST_PATH`, or the one fetched by `npx install-electron`.
 *
 * @returns {string | undefined} Its folder.
 */
export function installedElectron() {
  return firstWithElectron([
    process.env.ELECTRON_OVERRIDE_DIST_PATH,
    path.join(root, 'node_modules', 'electron', 'dist'),
  ]);
}

/**
 * The Electron that tests run on: the installed one, or the one that `build/getElectron.mjs` downloads.
 *
 * @returns {string | undefined} Its folder.
 */
export function testElectron() {
  return installedElectron() ?? firstWithElectron([TEST_ELECTRON_FOLDER]);
}
