import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { EnlargerError, type ErrorDto } from '../api/errors.ts';
import { hasImageExtension } from '../api/imageFormats.ts';
import { isIgnoredFile, isIgnoredFolder } from './ignoredNames.ts';
import { nameFilter, type NamePatterns } from './nameFilter.ts';

export interface FindOptions extends NamePatterns {
  readonly recursive: boolean;
  /** Folder whose contents are never taken: where the results go. */
  readonly skipFolder?: string;
}

export interface FoundImage {
  readonly path: string;
  /** Folder of the image below the input that led to it; `''` at its top. Mirrored in the output. */
  readonly relativeFolder: string;
  /** Whether a folder led to it, rather than its own name. */
  readonly fromFolder: boolean;
}

export interface FoundImages {
  readonly pictures: readonly FoundImage[];
  /** Files of folders whose names do not say that they are images; their first bytes may. */
  readonly others: readonly FoundImage[];
  /** Inputs that led nowhere, with the reason. */
  readonly failures: readonly { readonly path: string; readonly error: ErrorDto }[];
}

/** A path whose bytes are no valid UTF-8 reaches us with replacement characters and cannot be opened again. */
async function isMangled(file: string): Promise<boolean> {
  if (!file.includes('\ufffd')) return false;
  // The replacement character itself is a valid one, and such a file can be opened.
  return lstat(file).then(
    () => false,
    () => true,
  );
}

async function walkFolder(root: string, options: FindOptions, result: MutableResult): Promise<void> {
  const wanted = nameFilter(options);
  const pending = [''];
  for (let relative = pending.pop(); relative !== undefined; relative = pending.pop()) {
    const folder = path.join(root, relative);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      const message = `The folder ${folder} cannot be read: ${String(error)}`;
      result.failures.push({ path: folder, error: { code: 'input/unreadable', message } });
      return [];
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = path.join(folder, entry.name);
      const below = path.join(relative, entry.name);
      if (entry.isDirectory()) {
        const isOpen = !isIgnoredFolder(entry.name) && path.resolve(file) !== options.skipFolder;
        if (options.recursive && isOpen) pending.push(below);
      } else if (!isIgnoredFile(entry.name) && wanted(below)) {
        if (hasImageExtension(entry.name))
          await addImage({ path: file, relativeFolder: relative, fromFolder: true }, result);
        else result.others.push({ path: file, relativeFolder: relative, fromFolder: true });
      }
    }
  }
}

interface MutableResult {
  pictures: FoundImage[];
  others: FoundImage[];
  failures: { path: string; error: ErrorDto }[];
}

async function addImage(image: FoundImage, result: MutableResult): Promise<void> {
  const file = image.path;
  if (!(await isMangled(file))) {
    result.pictures.push(image);
    return;
  }
  const message = `The name ${file} is not valid UTF-8, so the file cannot be opened. Rename it.`;
  result.failures.push({ path: file, error: { code: 'input/name-not-utf8', message } });
}

async function addInput(input: string, options: FindOptions, result: MutableResult): Promise<void> {
  const stats = await stat(input).catch(() => undefined);
  if (stats?.isDirectory() === true) return walkFolder(input, options, result);
  if (stats !== undefined) {
    await addImage({ path: input, relativeFolder: '', fromFolder: false }, result);
    return;
  }
  // Only what is no path can be a pattern: names with brackets or stars exist.
  const matches = /[*?[\]{}]/.test(input)
    ? await glob(input, { dot: true, absolute: false, onlyFiles: true })
    : [];
  if (matches.length === 0) {
    const message = `${input} is not there, and no image matches it as a pattern.`;
    result.failures.push({ path: input, error: { code: 'input/not-found', message } });
  }
  for (const match of matches.sort())
    if (hasImageExtension(match) && !isIgnoredFile(path.basename(match)))
      await addImage({ path: match, relativeFolder: '', fromFolder: false }, result);
}

/** One path a line; empty lines and lines that begin with `#` are left out. */
async function readList(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const message = `The list ${file} cannot be read.`;
    throw new EnlargerError('input/not-found', message, { file }, { cause: error });
  });
  // Some editors begin a text with a byte order mark.
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * Finds the images that inputs stand for: files as they are, folders by the names of images in them, patterns, and
 * `@list.txt` with one path a line. Each image is listed once, in a fixed order. Symbolic links to folders are not
 * followed, so that no circle can be entered.
 */
export async function findImages(inputs: readonly string[], options: FindOptions): Promise<FoundImages> {
  const result: MutableResult = { pictures: [], others: [], failures: [] };
  for (const input of inputs) {
    const listed = input.startsWith('@') ? await readList(input.slice(1)) : [input];
    for (const each of listed) await addInput(each, options, result);
  }
  const seen = new Set<string>();
  const isNew = ({ path: file }: FoundImage): boolean => {
    const resolved = path.resolve(file);
    return !seen.has(resolved) && seen.add(resolved).has(resolved);
  };
  return {
    pictures: result.pictures.filter(isNew),
    others: result.others.filter(isNew),
    failures: result.failures,
  };
}
