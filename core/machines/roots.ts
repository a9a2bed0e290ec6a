import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { EnlargerError } from '../api/errors.ts';
import { isInside } from '../files/isInside.ts';

/** A place on shared storage, the same for every machine: the name of a root and a path below it, with `/`. */
export interface RootedPath {
  readonly root: string;
  /** Empty for the root itself. */
  readonly path: string;
}

interface Root {
  readonly name: string;
  /** Without links. */
  readonly folder: string;
}

const ROOT_NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;

export const MAX_ROOTED_PATH_LENGTH = 4096;

/** Names of devices that Windows opens instead of a file. */
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

function usageError(message: string): EnlargerError {
  return new EnlargerError('usage/invalid-option', message);
}

function forbidden(message: string): EnlargerError {
  return new EnlargerError('request/forbidden', message);
}

/** Whether one part of a path names something directly in its folder, on this system. */
function isPlainName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.includes('\0')) return false;
  if (path.sep !== '\\') return true;
  return !/[\\:]/.test(name) && !WINDOWS_DEVICE.test(name) && !/[. ]$/.test(name);
}

/**
 * Whether a relative path stays below its root as text: no `..`, no empty part, not absolute. Links are checked
 * separately, see {@link Roots.resolve}.
 */
export function isPlainPath(relative: string): boolean {
  if (relative === '') return true;
  return relative.length <= MAX_ROOTED_PATH_LENGTH && relative.split('/').every(isPlainName);
}

async function openRoot(option: string): Promise<Root> {
  const [, name = '', folder = ''] = /^([^=]*)=(.*)$/s.exec(option) ?? [];
  if (!ROOT_NAME.test(name) || folder === '') {
    throw usageError(
      `The root ${JSON.stringify(option)} is not NAME=DIR, with a name of lower-case letters, digits, - and _.`,
    );
  }
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || !(await stat(real)).isDirectory()) {
    throw usageError(`The folder of the root ${name} does not exist: ${folder}.`);
  }
  return { name, folder: real };
}

/** The entry of a folder whose name is the same text in another Unicode form; undefined if it is not exactly one. */
async function equivalentEntry(folder: string, name: string): Promise<string | undefined> {
  const wanted = name.normalize('NFC');
  const found = (await readdir(folder).catch(() => [])).filter((each) => each.normalize('NFC') === wanted);
  return found.length === 1 ? found[0] : undefined;
}

/** Follows a path part by part; file systems differ in the Unicode form that they store names in. */
async function findPath(folder: string, relative: string): Promise<string | undefined> {
  const direct = path.join(folder, relative);
  if (await stat(direct).catch(() => undefined)) return direct;
  let place = folder;
  for (const name of relative.split('/')) {
    const exact = path.join(place, name);
    if (await stat(exact).catch(() => undefined)) place = exact;
    else {
      const entry = await equivalentEntry(place, name);
      if (entry === undefined) return undefined;
      place = path.join(place, entry);
    }
  }
  return place;
}

/** The folders that this machine shares with others. A path never leaves its root, not even through links. */
export class Roots {
  readonly #roots: readonly Root[];

  private constructor(roots: readonly Root[]) {
    // The innermost root first, so that a path belongs to exactly one.
    this.#roots = [...roots].sort((a, b) => b.folder.length - a.folder.length);
  }

  /**
   * @param options Each `NAME=DIR`.
   * @throws EnlargerError `usage/invalid-option`.
   */
  static async open(options: readonly string[]): Promise<Roots> {
    const roots: Root[] = [];
    for (const option of options) {
      const root = await openRoot(option);
      if (roots.some(({ name }) => name === root.name)) {
        throw usageError(`The root ${root.name} is given twice.`);
      }
      roots.push(root);
    }
    return new Roots(roots);
  }

  get names(): readonly string[] {
    return this.#roots.map(({ name }) => name).sort();
  }

  /** Where a file or folder is for every machine; undefined if it does not exist, or is not below a root. */
  async locate(file: string): Promise<RootedPath | undefined> {
    const real = await realpath(file).catch(() => undefined);
    if (real === undefined) return undefined;
    const root = this.#roots.find(({ folder }) => isInside(folder, real));
    if (root === undefined) return undefined;
    const relative = path.relative(root.folder, real).split(path.sep).join('/');
    // A name that is not valid UTF-8 was changed on the way here, and now names another file.
    return isPlainPath(relative) && !relative.includes('\uFFFD')
      ? { root: root.name, path: relative }
      : undefined;
  }

  /**
   * The same place on this machine, without links.
   *
   * @throws EnlargerError `request/forbidden` for an unknown root or a path that leaves it; `input/not-found`.
   */
  async resolve({ root: name, path: relative }: RootedPath): Promise<string> {
    const root = this.#roots.find((each) => each.name === name);
    if (root === undefined) throw forbidden(`This machine has no root ${JSON.stringify(name)}.`);
    if (!isPlainPath(relative)) {
      throw forbidden(`${JSON.stringify(relative)} is not a path below the root ${name}.`);
    }
    const found = await findPath(root.folder, relative);
    if (found === undefined) {
      throw new EnlargerError('input/not-found', `${relative} does not exist below the root ${name}.`);
    }
    const real = await realpath(found);
    if (!isInside(root.folder, real)) {
      throw forbidden(`${relative} leaves the root ${name} through a link.`);
    }
    return real;
  }
}
