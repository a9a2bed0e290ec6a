import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { makeFolderSync } from './makeFolder.ts';

/** Writes a private file of the program whole or not at all, and makes its folder. */
export function writeWhole(file: string, text: string): void {
  makeFolderSync(path.dirname(file), { mode: 0o700 });
  const unfinished = `${file}.${randomBytes(4).toString('hex')}.part`;
  const descriptor = openSync(unfinished, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
