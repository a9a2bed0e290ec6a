import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { EnlargerError } from '../api/errors.ts';
import { addressProblem } from '../files/addressProblem.ts';
import { isInside } from '../files/isInside.ts';

export interface OpenRoot {
  /** The same for the same folder, whenever it is opened. */
  readonly id: string;
  /** The folder's name, with a number if two are equal. */
  readonly name: string;
  /** Real and absolute. */
  readonly folder: string;
}

function forbidden(message: string): EnlargerError {
  return new EnlargerError('request/forbidden', message);
}

/** The real path of something that may not exist yet, by its nearest existing folder. */
async function realPathOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const parent = path.dirname(file);
    if (parent === file) return file;
    return path.join(await realPathOf(parent), path.basename(file));
  }
}

/**
 * Checks that a file to be written is in one of some folders by its real path, and is not hidden below it.
 *
 * @param folders Absolute; they may be reached by links themselves.
 * @throws EnlargerError `request/forbidden`.
 */
export async function assertWithin(folders: readonly string[], file: string): Promise<void> {
  // A link at the target itself is never followed: it is replaced, or the name counts as taken.
  const real = path.join(await realPathOf(path.dirname(file)), path.basename(file));
  for (const folder of folders) {
    const base = await realPathOf(folder);
    if (!isInside(base, real) || real === base) continue;
    if (!path.basename(real).startsWith('.')) return;
    throw forbidden(`"${path.basename(real)}" would be hidden. Choose another name template.`);
  }
  throw forbidden(`${path.basename(file)} would be written outside of the opened folders.`);
}

/**
 * Folders that the user opened for the browser window: the only places on the machine that a page may name. Places in
 * them are named by the root's name and the path below it.
 */
export class OpenRoots {
  readonly all: readonly OpenRoot[];

  /** @throws EnlargerError `input/not-found` for a folder that does not exist. */
  constructor(folders: readonly string[]) {
    const names = new Map<string, number>();
    const real = [...new Set(folders.map(realFolder))];
    this.all = real.map((folder) => {
      const base = path.basename(folder) || folder.replaceAll(/[/\\:]/g, '') || 'root';
      const count = (names.get(base) ?? 0) + 1;
      names.set(base, count);
      const id = createHash('sha256').update(folder).digest('hex').slice(0, 16);
      return { id, name: count === 1 ? base : `${base} (${count})`, folder };
    });
  }

  /**
   * @param relative Names joined by `/`; empty for the root itself.
   * @returns The absolute path, which may not exist yet.
   * @throws EnlargerError `request/forbidden` for what leads out of the root, by dots or by a link.
   */
  async resolve(rootId: string, relative: string): Promise<string> {
    const root = this.all.find(({ id }) => id === rootId);
    if (root === undefined) throw forbidden('The folder is not open for this window.');
    const names = relative === '' ? [] : relative.split('/');
    const isPlain = names.every(
      (name) => name !== '' && name !== '.' && name !== '..' && !/[\\\0]/.test(name),
    );
    const hasDrive = path.sep === '\\' && names.some((name) => name.includes(':'));
    const file = path.join(root.folder, ...names);
    if (!isPlain || hasDrive || !isInside(root.folder, file))
      throw forbidden(`"${relative}" is not a path inside a folder.`);
    if (!isInside(root.folder, await realPathOf(file))) {
      throw forbidden(`"${relative}" leads out of ${root.name} by a link.`);
    }
    return file;
  }

  /**
   * Finds a place by the name that pages show, e.g. `Photos/2024`.
   *
   * @throws EnlargerError `request/forbidden`.
   */
  async resolveShown(shown: string): Promise<string> {
    // The longest name first: one name may be the beginning of another.
    const byLength = [...this.all].sort((a, b) => b.name.length - a.name.length);
    const root = byLength.find(({ name }) => shown === name || shown.startsWith(`${name}/`));
    if (root === undefined) throw forbidden(`"${shown}" is not in any folder that is open for this window.`);
    return this.resolve(root.id, shown.slice(root.name.length + 1));
  }

  /** The form in which a path is shown; undefined outside all roots. */
  show(file: string): string | undefined {
    const root = this.all.find(({ folder }) => isInside(folder, file));
    if (root === undefined) return undefined;
    return [root.name, ...path.relative(root.folder, file).split(path.sep)]
      .filter((name) => name !== '')
      .join('/');
  }

  /** @throws EnlargerError `input/not-found`. */
  async assertThere(file: string): Promise<void> {
    await stat(file).catch(() => {
      const message = `${this.show(file) ?? path.basename(file)} does not exist.`;
      throw new EnlargerError('input/not-found', message, { file });
    });
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync(path.resolve(folder));
  } catch (error) {
    const problem = addressProblem(folder);
    if (problem !== undefined)
      throw new EnlargerError('usage/invalid-option', problem, { folder }, { cause: error });
    const message = `The folder ${folder} cannot be opened: it does not exist.`;
    throw new EnlargerError('input/not-found', message, { folder }, { cause: error });
  }
}
