import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Finds the files and folders that the program was opened with: "open with", a drop on its icon, or a command line.
 *
 * @param argv As in `process.argv`: the program itself comes first, and in development the folder that it runs.
 * @param cwd The folder that relative paths start from.
 * @returns Absolute paths of the existing ones, without options.
 */
export function openedPaths(argv: readonly string[], cwd: string, isPackaged: boolean): string[] {
  return argv
    .filter((argument) => argument !== '' && !argument.startsWith('-'))
    .slice(isPackaged ? 1 : 2)
    .map((argument) => path.resolve(cwd, argument))
    .filter((file) => existsSync(file));
}
