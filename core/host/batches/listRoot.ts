import { readdir, stat } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { EnlargerError } from '../../api/errors.ts';
import type { MethodInputs } from '../../api/methodInputs.ts';
import type { SourceResolver } from '../../api/sourceResolver.ts';
import type { RootEntry, RootPage } from '../../api/views.ts';
import { hasImageExtension } from '../../api/imageFormats.ts';

type Input = z.output<MethodInputs['listRoot']>;

/** The order that people expect: 2 before 10, ignoring case. */
const NAMES = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** A name that a page can send back: not hidden, without separators, valid UTF-8. */
function isShown(name: string): boolean {
  return !name.startsWith('.') && !/[\\\ufffd]/.test(name);
}

function below(relative: string, name: string): string {
  return relative === '' ? name : `${relative}/${name}`;
}

/** A link only counts as an image if it leads to a file that this interface may use. */
async function leadsToImage(sources: SourceResolver, { rootId, relative }: Input, name: string) {
  try {
    const place = { kind: 'root' as const, rootId, relative: below(relative, name) };
    const [file] = await sources.resolve(place);
    return file !== undefined && (await stat(file)).isFile();
  } catch {
    return false; // out of the root, or to nowhere: no image of this folder
  }
}

async function kindOf(
  entry: Dirent,
  input: Input,
  sources: SourceResolver,
): Promise<RootEntry['kind'] | undefined> {
  if (!isShown(entry.name)) return undefined;
  // Links to folders are not followed, as in every search, so that it cannot go in circles.
  if (entry.isDirectory()) return 'folder';
  if (!hasImageExtension(entry.name)) return undefined;
  const isImage =
    entry.isFile() || (entry.isSymbolicLink() && (await leadsToImage(sources, input, entry.name)));
  return isImage ? 'picture' : undefined;
}

async function readEntries(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const message = `The folder ${path.basename(folder)} cannot be read.`;
    throw new EnlargerError('input/unreadable', message, { folder }, { cause: error });
  });
}

/**
 * Shows one folder of an opened root: its folders, then its images, by name. Hidden files are left out, and links
 * that lead out of the root or to folders.
 *
 * @throws EnlargerError `request/forbidden` for what leads out of the root, `input/not-found`, `input/unreadable`.
 */
export async function listRoot(sources: SourceResolver, input: Input): Promise<RootPage> {
  const { rootId, relative, offset, limit } = input;
  const [folder] = await sources.resolve({ kind: 'root', rootId, relative });
  if (folder === undefined) throw new EnlargerError('input/not-found', 'The folder does not exist.');
  const names: Record<RootEntry['kind'], string[]> = { folder: [], picture: [] };
  for (const entry of await readEntries(folder)) {
    const kind = await kindOf(entry, input, sources);
    if (kind !== undefined) names[kind].push(entry.name);
  }
  const entries: RootEntry[] = (['folder', 'picture'] as const).flatMap((kind) =>
    names[kind].sort(NAMES.compare).map((name) => ({ kind, name })),
  );
  return { total: entries.length, offset, entries: entries.slice(offset, offset + limit) };
}
