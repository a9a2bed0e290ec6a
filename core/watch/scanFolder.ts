import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ErrorDto } from '../api/errors.ts';
import { isUsersName } from '../jobs/nameFilter.ts';
import { lookAt, type FileSnapshot } from './fileSnapshot.ts';
import { isUnfinishedName } from './unfinishedName.ts';

export interface ScanOptions {
  readonly root: string;
  /** Whether to go into folders. */
  readonly recursive: boolean;
  /** Says of a path below the root whether the user's patterns let it in. */
  readonly isWanted: (relativePath: string) => boolean;
  /** Real paths of folders that are never entered: where results go. */
  readonly closedFolders: ReadonlySet<string>;
}

/** What a look at files and folders showed. */
export interface Scanned {
  readonly files: readonly FileSnapshot[];
  readonly problems: readonly { readonly path: string; readonly error: ErrorDto }[];
  /** Whether this look would have shown a file of that path. */
  readonly covers: (file: string) => boolean;
}

/** Collects what one look shows. */
class Scan {
  readonly files: FileSnapshot[] = [];
  readonly problems: { path: string; error: ErrorDto }[] = [];
  readonly folders = new Set<string>();
  readonly #options: ScanOptions;

  constructor(options: ScanOptions) {
    this.#options = options;
  }

  /** Symbolic links are not followed: to folders, they could make circles; to files, changes would go unnoticed. */
  async addFile(file: string, isLink: boolean): Promise<void> {
    const relativePath = path.relative(this.#options.root, file);
    const name = path.basename(file);
    if (!isUsersName(name) || isUnfinishedName(name) || !this.#options.isWanted(relativePath)) return;
    if (isLink) {
      const message = `${file} is a symbolic link; watched folders take files only. Put the file itself there.`;
      this.problems.push({ path: file, error: { code: 'input/not-a-file', message } });
      return;
    }
    const look = await lookAt(file, relativePath);
    if (look !== undefined) this.files.push(look);
  }

  /** @returns The folders in this one. */
  async addFolder(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      const message = `The folder ${folder} cannot be read: ${String(error)}`;
      this.problems.push({ path: folder, error: { code: 'input/unreadable', message } });
      return undefined;
    });
    if (entries === undefined) return [];
    this.folders.add(folder);
    const inside: string[] = [];
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) inside.push(file);
      else if (isFileOrLink(entry)) await this.addFile(file, entry.isSymbolicLink());
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

function isFileOrLink(entry: Pick<Dirent, 'isFile' | 'isSymbolicLink'>): boolean {
  return entry.isFile() || entry.isSymbolicLink();
}

/** Looks at every file below the root that could be an image. */
export async function scanAll(options: ScanOptions): Promise<Scanned> {
  const scan = new Scan(options);
  await scan.walk(options.root);
  return { files: scan.files, problems: scan.problems, covers: () => true };
}

/** Looks at some files below the root, and at everything below some folders. */
export async function scanPaths(paths: Iterable<string>, options: ScanOptions): Promise<Scanned> {
  const scan = new Scan(options);
  const looked = new Set<string>();
  for (const each of paths) {
    if (isShut(each, options)) continue;
    looked.add(each);
    const stats = await lstat(each).catch(() => undefined);
    if (stats?.isDirectory() === true) await scan.walk(each);
    else if (stats !== undefined && isFileOrLink(stats)) await scan.addFile(each, stats.isSymbolicLink());
  }
  const { files, problems, folders } = scan;
  return { files, problems, covers: (file) => looked.has(file) || folders.has(path.dirname(file)) };
}

/** Whether a path lies outside the root, in a closed folder, or too deep. */
function isShut(file: string, { root, recursive, closedFolders }: ScanOptions): boolean {
  const relative = path.relative(root, file);
  if (relative.startsWith('..') || path.isAbsolute(relative)) return true;
  if (!recursive && relative.includes(path.sep)) return true;
  for (let each = file; each !== root; each = path.dirname(each)) if (closedFolders.has(each)) return true;
  return false;
}
