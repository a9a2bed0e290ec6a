import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * The files of a checkout that people write: those at its top, and all below some of its folders.
 *
 * @param {string} root The checkout.
 * @param {readonly string[]} folders Those that do not exist are skipped.
 * @returns {string[]} Paths below the root, with forward slashes, sorted.
 */
export function sourceFiles(root, folders) {
  const below = folders
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }));
  const above = readdirSync(root, { withFileTypes: true });
  return [...above, ...below]
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}
