import os from 'node:os';
import path from 'node:path';
import type { OpenRoots } from './openRoots.ts';

/** Fields of views and reports whose whole text is a path. */
const PATH_FIELDS: ReadonlySet<string> = new Set([
  'sourcePath',
  'outputPath',
  'path',
  'folder',
  'moveOriginalsTo',
  'file',
]);

/** Texts that people wrote and that look like paths. */
const KEPT_FIELDS: ReadonlySet<string> = new Set([
  'nameTemplate',
  'include',
  'exclude',
  'relative',
  'folderName',
  'name',
  'fileName',
]);

/** Matches paths of two or more names, in the form of either system, but not web addresses. */
const PATH_IN_TEXT = /(?<![\w.:/\\-])(?:\/[^\s/"'<>|]+(?:\/[^\s/"'<>|]*)+|[A-Za-z]:\\[^\s"'<>|]+)/g;

/**
 * Removes paths of this machine from what is sent to a page: a place in an opened folder is shown from the folder's name,
 * all others are reduced to their last name.
 */
export class PathHider {
  readonly #roots: OpenRoots;
  /** Folders that must not appear in any message, longest first. */
  readonly #secret: readonly string[];

  /** @param ownFolders Folders of the program. */
  constructor(roots: OpenRoots, ownFolders: readonly string[]) {
    this.#roots = roots;
    const folders = [...ownFolders, os.homedir(), os.tmpdir(), process.cwd()].map((folder) =>
      path.resolve(folder),
    );
    this.#secret = folders
      .filter((folder) => path.dirname(folder) !== folder)
      .sort((a, b) => b.length - a.length);
  }

  /** @returns A copy of the value without paths. */
  hide(value: unknown): unknown {
    return this.#hide(value, '', []);
  }

  /** The form in which one path is shown. */
  show(file: string): string {
    return this.#roots.show(file) ?? path.win32.basename(file);
  }

  #hide(value: unknown, field: string, known: readonly string[]): unknown {
    if (typeof value === 'string') return this.#hideText(value, field, known);
    if (Array.isArray(value)) return value.map((each) => this.#hide(each, field, known));
    if (typeof value !== 'object' || value === null) return value;
    const paths = [...known, ...pathsIn(value)];
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, this.#hide(each, name, paths)]),
    );
  }

  #hideText(text: string, field: string, known: readonly string[]): string {
    if (KEPT_FIELDS.has(field)) return text;
    if (PATH_FIELDS.has(field) && path.isAbsolute(text)) return this.show(text);
    if (!/[/\\]/.test(text)) return text;
    let hidden = text;
    // Paths that the error also names outside its message are known exactly, including spaces.
    for (const file of known) hidden = hidden.replaceAll(file, () => this.show(file));
    for (const { folder, name } of this.#roots.all)
      hidden = hidden.replaceAll(folder + path.sep, () => `${name}/`);
    for (const folder of this.#secret)
      hidden = hidden.replaceAll(folder + path.sep, '…/').replaceAll(folder, '…');
    return hidden.replaceAll(PATH_IN_TEXT, (file) => this.show(file));
  }
}

/** Absolute paths among an object's own texts and those of its `details`. */
function pathsIn(value: object): string[] {
  const details: unknown = 'details' in value ? value.details : undefined;
  const texts: unknown[] = Object.values(value);
  if (typeof details === 'object' && details !== null) texts.push(...Object.values<unknown>({ ...details }));
  return texts.filter((text): text is string => typeof text === 'string' && path.isAbsolute(text));
}
