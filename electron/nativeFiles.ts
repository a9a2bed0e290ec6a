import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EnlargerError } from '../core/api/errors.ts';

/**
 * Hashes of the files that are packaged next to the archive, by their path in it: libraries have to be separate
 * files to be mapped, and the archive's own check does not cover them.
 */
const nativeHashesSchema = z.object({
  schema: z.literal('enlarger.natives/1'),
  files: z.record(z.string(), z.string().length(64)),
});
export type NativeHashes = z.infer<typeof nativeHashesSchema>;

/** The fields of a package that decide which of its files are loaded; packaging drops the others. */
const loadingSchema = z.object({
  main: z.unknown(),
  exports: z.unknown(),
  imports: z.unknown(),
  type: z.unknown(),
});

/** Hashes the part of a file that affects what is loaded. Packaging uses this function, too. */
export function hashNative(name: string, bytes: Uint8Array): string {
  const hash = createHash('sha256');
  if (path.posix.basename(name) !== 'package.json') return hash.update(bytes).digest('hex');
  const { main, exports, imports, type } = loadingSchema.partial().parse(JSON.parse(bytes.toString()));
  return hash.update(JSON.stringify({ main, exports, imports, type })).digest('hex');
}

/** Libraries under the LGPL, which people may replace with their own builds, and the files that their packages load. */
const REPLACEABLE = /^node_modules\/(@img\/sharp-(libvips|win32)-[^/]+|libheif-js|wasm-vips)\//;

/** Set to 1 by people who have replaced such a library. */
const OWN_LIBRARIES = 'ENLARGER_OWN_LIBRARIES';

function damaged(name: string, what: string): EnlargerError {
  const message = `The program's file ${name} ${what}. Reinstall Enlarger from a source that you trust.`;
  return new EnlargerError('program/damaged', message, { file: name });
}

function refused(error: EnlargerError): EnlargerError {
  const { code, message, details } = error;
  const hint = `If you replaced this library yourself, start the program with ${OWN_LIBRARIES}=1.`;
  return new EnlargerError(code, `${message} ${hint}`, details);
}

async function assertNative(folder: string, name: string, expected: string | undefined): Promise<void> {
  if (expected === undefined) throw damaged(name, 'does not belong to it');
  const bytes = await readFile(path.join(folder, name));
  let found: string;
  try {
    found = hashNative(name, bytes);
  } catch {
    throw damaged(name, 'is damaged');
  }
  if (found !== expected) throw damaged(name, 'was changed');
}

async function problemOf(
  folder: string,
  name: string,
  hash: string | undefined,
): Promise<EnlargerError | undefined> {
  try {
    await assertNative(folder, name, hash);
    return undefined;
  } catch (error) {
    if (error instanceof EnlargerError) return error;
    throw error;
  }
}

/**
 * Compares every packaged file of code outside the archive with its hash, before any of them is loaded. Models are
 * compared when they are loaded.
 *
 * @param folder The folder next to the archive.
 * @param mayReplace Whether libraries under the LGPL may differ.
 * @returns Sentences on those that do.
 * @throws EnlargerError `program/damaged` for the first that was changed or does not belong there.
 */
export async function checkNatives(
  folder: string,
  { files }: NativeHashes,
  mayReplace = false,
): Promise<string[]> {
  const replaced: string[] = [];
  const entries = await readdir(path.join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const name = path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/');
    if (!entry.isFile()) throw damaged(name, 'is not a regular file');
    const error = await problemOf(folder, name, files[name]);
    if (error === undefined) continue;
    if (!REPLACEABLE.test(name)) throw error;
    if (!mayReplace) throw refused(error);
    replaced.push(`${name} is not the one that came with the program.`);
  }
  return replaced;
}

/** Reads the hashes out of the archive, and compares. Not on macOS, where the signature of the program covers them. */
export async function checkPackagedNatives(archive: string): Promise<void> {
  if (process.platform === 'darwin') return;
  const text = await readFile(path.join(archive, 'dist', 'electron', 'natives.json'), 'utf8');
  const hashes = nativeHashesSchema.parse(JSON.parse(text));
  const replaced = await checkNatives(`${archive}.unpacked`, hashes, process.env[OWN_LIBRARIES] === '1');
  for (const sentence of replaced) process.stderr.write(`enlarger: ${sentence}\n`);
}
