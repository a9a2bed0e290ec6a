/**
 * @file Settings and names of jobs, before any work, in the order in which they are needed: `readList` and
 * `findImages` turn what the user named into files (`nameFilter`, `ignoredNames` decide which of a folder's files
 * count), `outputNames` names their results, `outputSize` and `planPasses` decide about sizes and networks.
 */
import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { EnlargerError, type ErrorDto } from '../api/errors.ts';
import { hasImageExtension } from '../api/imageFormats.ts';
import { addressProblem } from '../files/addressProblem.ts';
import { fileKey } from '../files/fileKey.ts';
import { systemCodeOf } from '../files/outputError.ts';
import { isIgnoredFile, isIgnoredFolder } from './ignoredNames.ts';
import { nameFilter, type NamePatterns } from './nameFilter.ts';
import { readList } from './readList.ts';

export interface FindOptions extends NamePatterns {
  readonly recursive: boolean;
  /** Folder that is never searched, under whatever path it is reached: where the results go. */
  readonly skipFolder?: string;
  /** Raised to stop; its reason is thrown then. */
  readonly signal?: AbortSignal;
}

export interface FoundImage {
  readonly path: string;
  /** Folder of the image below the input that led to it; `''` at its top. Mirrored in the output. */
  readonly relativeFolder: string;
  /** Whether a folder or a pattern led to it, rather than its own name. */
  readonly fromFolder: boolean;
}

export interface FoundImages {
  readonly pictures: readonly FoundImage[];
  /** Files of folders without an image's extension; their first bytes may still be those of an image. */
  readonly others: readonly FoundImage[];
  /** Symbolic links to folders, which are not followed. */
  readonly linkedFolders: readonly string[];
  /** Folders that were searched, also those of patterns. */
  readonly roots: readonly string[];
  /** Inputs that led nowhere, with the reason. */
  readonly failures: readonly { readonly path: string; readonly error: ErrorDto }[];
}

/** Characters that make a pattern of what is not a path. */
const PATTERN = /[*?[\]{}]/;

interface SearchResult {
  readonly pictures: FoundImage[];
  readonly others: FoundImage[];
  readonly linkedFolders: string[];
  readonly roots: string[];
  readonly failures: { path: string; error: ErrorDto }[];
}

/** A path whose bytes are not valid UTF-8 reaches us with replacement characters and cannot be opened again. */
async function isMangled(file: string): Promise<boolean> {
  if (!file.includes('\ufffd')) return false;
  // The replacement character itself is valid, and a file named with it can be opened.
  return lstat(file).then(
    () => false,
    () => true,
  );
}

async function kindOf(input: string): Promise<'file' | 'folder' | 'nothing' | 'unreachable'> {
  try {
    return (await stat(input)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error)) ? 'nothing' : 'unreachable';
  }
}

/** One search: what it has found so far, and the folder that it never enters. */
class Search {
  readonly result: SearchResult = { pictures: [], others: [], linkedFolders: [], roots: [], failures: [] };
  readonly #options: FindOptions;
  readonly #isWanted: (relativePath: string) => boolean;
  #skipped: { readonly key: string | undefined; readonly path: string } | undefined;

  constructor(options: FindOptions) {
    this.#options = options;
    this.#isWanted = nameFilter(options);
  }

  async addAll(inputs: readonly string[]): Promise<void> {
    const { skipFolder } = this.#options;
    if (skipFolder !== undefined) {
      const real = await realpath(skipFolder).catch(() => path.resolve(skipFolder));
      this.#skipped = { key: await fileKey(skipFolder), path: real };
    }
    for (const input of inputs) await this.#addInput(input);
  }

  /** By device and inode, and by real path for volumes whose inodes are not stable. */
  async #isSkipped(folder: string): Promise<boolean> {
    if (this.#skipped === undefined) return false;
    const { key, path: skipped } = this.#skipped;
    if (key !== undefined && (await fileKey(folder)) === key) return true;
    return (await realpath(folder).catch(() => folder)) === skipped;
  }

  async #addInput(input: string): Promise<void> {
    if (input === '')
      throw new EnlargerError('usage/invalid-option', 'An input is empty. Name a file or folder.');
    if (await isList(input)) {
      for (const each of await readList(input.slice(1), this.#options.signal)) await this.#addPath(each);
    } else await this.#addPath(input);
  }

  async #addPath(input: string): Promise<void> {
    const found = await kindOf(input);
    if (found === 'folder') return this.#walk(input);
    // A path that exists but cannot be reached fails, with the reason, when it is read.
    const isFile = found === 'file' || (found === 'unreachable' && !PATTERN.test(input));
    if (isFile || (await isMangled(input))) {
      return this.#addImage({ path: input, relativeFolder: '', fromFolder: false });
    }
    const problem = addressProblem(input);
    if (problem === undefined) return this.#addPattern(input);
    this.result.failures.push({ path: input, error: { code: 'input/not-found', message: problem } });
  }

  async #addPattern(pattern: string): Promise<void> {
    // Only what is not a path can be a pattern: names with brackets or stars exist.
    const matches = PATTERN.test(pattern)
      ? await glob(pattern, { dot: true, absolute: false, onlyFiles: true })
      : [];
    if (matches.length === 0) {
      const message = `${pattern} does not exist, and no file matches it as a pattern.`;
      this.result.failures.push({ path: pattern, error: { code: 'input/not-found', message } });
    }
    const names = pattern.split('/');
    const fixed = names
      .slice(
        0,
        names.findIndex((name) => PATTERN.test(name)),
      )
      .join('/');
    const start = path.resolve(fixed === '' && pattern.startsWith('/') ? '/' : fixed);
    this.result.roots.push(start);
    for (const match of matches.sort()) {
      const folders = path.dirname(match).split(/[/\\]/);
      if (!hasImageExtension(match) || isIgnoredFile(path.basename(match)) || folders.some(isIgnoredFolder))
        continue;
      if (await this.#isBelowSkipped(match, start)) continue;
      await this.#addImage({ path: match, relativeFolder: '', fromFolder: true });
    }
  }

  /** Whether a file is in the folder of the results, reached from a pattern's fixed part. */
  async #isBelowSkipped(file: string, start: string): Promise<boolean> {
    const names = path.relative(start, path.dirname(path.resolve(file))).split(path.sep);
    for (let count = 1; names[0] !== '' && count <= names.length; count++) {
      if (await this.#isSkipped(path.join(start, ...names.slice(0, count)))) return true;
    }
    return false;
  }

  async #addImage(image: FoundImage): Promise<void> {
    const file = image.path;
    if (!(await isMangled(file))) {
      this.result.pictures.push(image);
      return;
    }
    const message = `The name ${file} is not valid UTF-8, so the file cannot be opened. Rename it.`;
    this.result.failures.push({ path: file, error: { code: 'input/name-not-utf8', message } });
  }

  async #walk(root: string): Promise<void> {
    this.result.roots.push(root);
    const pending = [''];
    for (let relative = pending.pop(); relative !== undefined; relative = pending.pop()) {
      this.#options.signal?.throwIfAborted();
      const folder = path.join(root, relative);
      const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
        const message = `The folder ${folder} cannot be read: ${String(error)}`;
        this.result.failures.push({ path: folder, error: { code: 'input/unreadable', message } });
        return [];
      });
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const below = path.join(relative, entry.name);
        const isFolder = await this.#addEntry(path.join(folder, entry.name), entry, { relative, below });
        if (isFolder) pending.push(below);
      }
    }
  }

  /** @returns Whether the entry is a folder to be searched. */
  async #addEntry(
    file: string,
    entry: Dirent,
    { relative, below }: { readonly relative: string; readonly below: string },
  ): Promise<boolean> {
    if (entry.isDirectory()) {
      return this.#options.recursive && !isIgnoredFolder(entry.name) && !(await this.#isSkipped(file));
    }
    if (entry.isSymbolicLink() && (await isFolder(file))) {
      // A link to the folder of the results is not an input, and neither is that folder.
      const isTold =
        this.#options.recursive && !isIgnoredFolder(entry.name) && !(await this.#isSkipped(file));
      if (isTold) this.result.linkedFolders.push(file);
      return false;
    }
    if (isIgnoredFile(entry.name) || !this.#isWanted(below)) return false;
    const image = { path: file, relativeFolder: relative, fromFolder: true };
    if (hasImageExtension(entry.name)) await this.#addImage(image);
    else this.result.others.push(image);
    return false;
  }
}

function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** `@list.txt` names a list, unless a file is really called that: shells expand `*.jpg` to `@home.jpg`, too. */
async function isList(input: string): Promise<boolean> {
  if (!input.startsWith('@')) return false;
  const exists = await lstat(input).then(
    () => true,
    () => false,
  );
  if (!exists) return true;
  return !hasImageExtension(input) && (await lstat(input.slice(1)).catch(() => undefined)) !== undefined;
}

/**
 * Finds the images that inputs stand for: files as they are, folders by the images in them, patterns, and `@list.txt`
 * ({@link readList}). Each image is listed once, in a fixed order. Symbolic links to folders are not followed, so that
 * no search can go in circles; they are listed.
 *
 * @throws EnlargerError `usage/invalid-option` for an empty input, `input/not-found` for a list that cannot be read.
 */
export async function findImages(inputs: readonly string[], options: FindOptions): Promise<FoundImages> {
  const search = new Search(options);
  await search.addAll(inputs);
  const { pictures: images, others, linkedFolders, roots, failures } = search.result;
  const seen = new Set<string>();
  const isNew = (file: string): boolean => {
    const resolved = path.resolve(file);
    return !seen.has(resolved) && seen.add(resolved).has(resolved);
  };
  return {
    pictures: images.filter((image) => isNew(image.path)),
    others: others.filter((image) => isNew(image.path)),
    linkedFolders: linkedFolders.filter(isNew),
    roots,
    failures,
  };
}
