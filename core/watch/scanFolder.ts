import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ErrorDto } from '../api/errors.ts';
import { isInside } from '../files/isInside.ts';
import { systemCodeOf } from '../files/outputError.ts';
import { isIgnoredFile, isIgnoredFolder } from '../jobs/ignoredNames.ts';
import { takeSnapshot, type FileSnapshot } from './fileSnapshot.ts';

export interface ScanOptions {
  readonly root: string;
  /** Whether to include subfolders. */
  readonly recursive: boolean;
  /** Whether the user's patterns accept a path below the root. */
  readonly isWanted: (relativePath: string) => boolean;
  /** Real paths of folders that are never entered: where results go. */
  readonly closedFolders: ReadonlySet<string>;
}

/** The outcome of a scan of files and folders. */
export interface Scanned {
  readonly files: readonly FileSnapshot[];
  readonly problems: readonly { readonly path: string; readonly error: ErrorDto }[];
  /** Whether this scan would have found a file of that path. */
  readonly covers: (file: string) => boolean;
}

/** Distinguishes files from links and others. */
type EntryKind = Pick<Dirent | Stats, 'isFile' | 'isSymbolicLink'>;

/** Collects what one scan finds. */
class Scan {
  readonly files: FileSnapshot[] = [];
  readonly problems: { path: string; error: ErrorDto }[] = [];
  readonly folders = new Set<string>();
  readonly #options: ScanOptions;

  constructor(options: ScanOptions) {
    this.#options = options;
  }

  /**
   * Symbolic links are not followed: links to folders could form cycles, and changes of linked files would go unnoticed.
   */
  async addFile(file: string, kind: EntryKind): Promise<void> {
    const relativePath = path.relative(this.#options.root, file);
    if (isIgnoredFile(path.basename(file)) || !this.#options.isWanted(relativePath)) return;
    if (kind.isSymbolicLink()) {
      const message = `${file} is a symbolic link, and watched folders follow none. Put the file itself there.`;
      this.#addProblem(file, { code: 'input/not-a-file', message });
      return;
    }
    if (!kind.isFile()) {
      // Named pipes, sockets, devices.
      this.#addProblem(file, { code: 'input/not-a-file', message: `${file} is not a regular file.` });
      return;
    }
    try {
      const snapshot = await takeSnapshot(file, relativePath);
      if (snapshot !== undefined) this.files.push(snapshot);
      else if (file.includes('\ufffd')) this.#addMangled(file);
    } catch (error) {
      this.#addUnreadable(file, error);
    }
  }

  /** A name whose bytes are not valid UTF-8 arrives with replacement characters and cannot be found again. */
  #addMangled(file: string): void {
    const message = `The name ${file} is not valid UTF-8, so the file cannot be opened. Rename it.`;
    this.#addProblem(file, { code: 'input/name-not-utf8', message });
  }

  #addUnreadable(file: string, error: unknown): void {
    const message = `${file} cannot be read (${systemCodeOf(error) || String(error)}). Check its permissions.`;
    this.#addProblem(file, { code: 'input/unreadable', message });
  }

  #addProblem(file: string, error: ErrorDto): void {
    this.problems.push({ path: file, error });
  }

  /** @returns The folders in this one that are entered. */
  async addFolder(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (systemCodeOf(error) === 'ENOENT' && folder.includes('\ufffd')) this.#addMangled(folder);
      else if (systemCodeOf(error) !== 'ENOENT') this.#addUnreadable(folder, error);
      return undefined;
    });
    if (entries === undefined) return [];
    this.folders.add(folder);
    const inside: string[] = [];
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!isIgnoredFolder(entry.name)) inside.push(file);
      } else await this.addFile(file, entry);
    }
    return inside;
  }

  async walk(from: string): Promise<void> {
    const { recursive, closedFolders } = this.#options;
    const pending = [from];
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      const inside = await this.addFolder(folder);
      if (recursive) pending.push(...inside.filter((each) => !closedFolders.has(each)));
    }
  }
}

/** Whether a folder, or one around it up to the root, could not be read. */
function isBelowProblem(file: string, root: string, problems: ReadonlySet<string>): boolean {
  for (let each = file; each !== root && path.dirname(each) !== each; each = path.dirname(each))
    if (problems.has(each)) return true;
  return problems.has(root);
}

/** Scans every file below the root that could be an image. */
export async function scanAll(options: ScanOptions): Promise<Scanned> {
  const scan = new Scan(options);
  await scan.walk(options.root);
  const problems = new Set(scan.problems.map((problem) => problem.path));
  return {
    files: scan.files,
    problems: scan.problems,
    covers: (file) =>
      !isShut(file, options) &&
      options.isWanted(path.relative(options.root, file)) &&
      !isBelowProblem(file, options.root, problems),
  };
}

/** Scans some files below the root, and everything below some folders. */
export async function scanPaths(
  paths: Iterable<string>,
  options: ScanOptions,
): Promise<Scanned & { readonly gone: readonly string[] }> {
  const scan = new Scan(options);
  const scanned = new Set<string>();
  const gone: string[] = [];
  for (const each of paths) {
    if (isShut(each, options)) continue;
    scanned.add(each);
    const stats = await lstat(each).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error))) gone.push(each);
      return undefined;
    });
    if (stats?.isDirectory() === true) {
      if (isEntered(each, options)) await scan.walk(each);
    } else if (stats !== undefined) await scan.addFile(each, stats);
  }
  const { files, problems, folders } = scan;
  return { files, problems, gone, covers: (file) => scanned.has(file) || folders.has(path.dirname(file)) };
}

/** Whether a folder is searched; the root always is, whatever its name. */
function isEntered(folder: string, { root, recursive }: ScanOptions): boolean {
  return folder === root || (recursive && !isIgnoredFolder(path.basename(folder)));
}

/** Whether a path is outside the root, in a folder that is not entered, or too deep. */
function isShut(file: string, { root, recursive, closedFolders }: ScanOptions): boolean {
  if (!isInside(root, file)) return true;
  const relative = path.relative(root, file);
  if (!recursive && relative.includes(path.sep)) return true;
  if (relative.split(path.sep).slice(0, -1).some(isIgnoredFolder)) return true;
  for (let each = file; each !== root; each = path.dirname(each)) if (closedFolders.has(each)) return true;
  return false;
}
