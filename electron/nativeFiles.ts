import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EnlargerError } from '../core/api/errors.ts';

/**
 * Hashes of the files that are packaged beside the archive, by their path in it: libraries have to be files of their
 * own to be mapped, and the archive's own check does not see them.
 */
export const nativeHashesSchema = z.object({
  schema: z.literal('enlarger.natives/1'),
  files: z.record(z.string(), z.string().length(64)),
});
export type NativeHashes = z.infer<typeof nativeHashesSchema>;

/** What a package says about what is loaded in its name; packaging drops other fields. */
const loadingSchema = z.object({
  main: z.unknown(),
  exports: z.unknown(),
  imports: z.unknown(),
  type: z.unknown(),
});

/** Tells a file from every other by what is loaded from it. Packaging uses this function, too. */
export function hashNative(name: string, bytes: Uint8Array): string {
  const hash = createHash('sha256');
  if (path.posix.basename(name) !== 'package.json') return hash.update(bytes).digest('hex');
  const { main, exports, imports, type } = loadingSchema.partial().parse(JSON.parse(bytes.toString()));
  return hash.update(JSON.stringify({ main, exports, imports, type })).digest('hex');
}

function damaged(name: string, what: string): EnlargerError {
  const message = `The program's file ${name} ${what}. Install Enlarger again, from where you trust.`;
  return new EnlargerError('program/damaged', message, { file: name });
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

/**
 * Compares every packaged file of code outside the archive with its hash, before any of them is loaded. Models are
 * compared when they are loaded.
 *
 * @param folder The folder next to the archive.
 * @throws EnlargerError `program/damaged` for the first that was changed or does not belong there.
 */
export async function checkNatives(folder: string, { files }: NativeHashes): Promise<void> {
  const entries = await readdir(path.join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const name = path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/');
    if (!entry.isFile()) throw damaged(name, 'is not a regular file');
    await assertNative(folder, name, files[name]);
  }
}

/** Reads the hashes out of the archive, and compares. Not on macOS, where the signature of the program covers them. */
export async function checkPackagedNatives(archive: string): Promise<void> {
  if (process.platform === 'darwin') return;
  const text = await readFile(path.join(archive, 'dist', 'electron', 'natives.json'), 'utf8');
  await checkNatives(`${archive}.unpacked`, nativeHashesSchema.parse(JSON.parse(text)));
}
