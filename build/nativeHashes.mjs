/**
 * @file Records the files of the native packages before packaging: `electron/nativeFiles.ts` compares.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagedModules } from './packagedModules.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Part of the archive, whose own hash covers it. */
export const NATIVE_HASHES = 'dist/electron/natives.json';

const NATIVE = /\.(node|dll|dylib|so[.\d]*)$/;

/** All files of an installed package, as paths from the checkout with forward slashes. */
function filesOf(place) {
  return readdirSync(path.join(root, place), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

/** Hashes the files of every packaged package with native code: electron-builder unpacks such packages as a whole. */
export async function writeNativeHashes() {
  const { hashNative } = await import('../dist/electron/nativeFiles.js');
  const files = packagedModules()
    .wanted.filter((place) => existsSync(path.join(root, place)))
    .map(filesOf)
    .filter((inside) => inside.some((file) => NATIVE.test(file)))
    .flat();
  const hashes = files.map((file) => [file, hashNative(file, readFileSync(path.join(root, file)))]);
  const text = JSON.stringify({ schema: 'enlarger.natives/1', files: Object.fromEntries(hashes.sort()) });
  writeFileSync(path.join(root, NATIVE_HASHES), `${text}\n`);
}
