import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileKey } from '../../files/fileKey.ts';
import { hashFile } from '../../files/hashFile.ts';
import type { Store } from '../../store/store.ts';

/** An original by its absolute path and, if it was found, its device and inode. */
export interface Original {
  readonly source: string;
  readonly key: string | undefined;
}

async function sizeOf(file: string): Promise<number | undefined> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.isFile() === true && stats.size > 0 ? stats.size : undefined;
}

/**
 * Files that are never written to, recognised by path, by device and inode, and by content: on some volumes (exFAT,
 * FUSE) one file has another inode under every spelling of its name.
 */
export class Originals {
  readonly #originals: readonly Original[];
  readonly #store: Pick<Store, 'results'>;
  readonly #keys: ReadonlySet<string | undefined>;
  readonly #paths: ReadonlySet<string>;
  #bySize: Promise<ReadonlyMap<number, readonly string[]>> | undefined;

  constructor(originals: readonly Original[], store: Pick<Store, 'results'>) {
    this.#originals = originals;
    this.#store = store;
    this.#keys = new Set(originals.map(({ key }) => key).filter((key) => key !== undefined));
    this.#paths = new Set(originals.map(({ source }) => source));
  }

  /** @param byContent Whether a file with the bytes of an original counts as one. */
  async has(file: string, byContent: boolean): Promise<boolean> {
    const real = await realpath(file).catch(() => file);
    if (this.#paths.has(path.resolve(file)) || this.#paths.has(real)) return true;
    const key = await fileKey(file);
    if (key !== undefined && this.#keys.has(key)) return true;
    return byContent && this.#hasContentOf(file);
  }

  async #hasContentOf(file: string): Promise<boolean> {
    const sizeBytes = await sizeOf(file);
    if (sizeBytes === undefined) return false;
    this.#bySize ??= this.#readSizes();
    const alike = (await this.#bySize).get(sizeBytes) ?? [];
    if (alike.length === 0) return false;
    const hash = await hashFile(file).catch(() => undefined);
    // A result may well be equal to its source, for example at its own size.
    if (hash === undefined || this.#store.results.isOwnOutput(hash)) return false;
    for (const source of alike) if ((await hashFile(source).catch(() => undefined)) === hash) return true;
    return false;
  }

  async #readSizes(): Promise<ReadonlyMap<number, readonly string[]>> {
    const bySize = new Map<number, string[]>();
    for (const { source } of this.#originals) {
      const sizeBytes = await sizeOf(source);
      if (sizeBytes !== undefined) bySize.set(sizeBytes, [...(bySize.get(sizeBytes) ?? []), source]);
    }
    return bySize;
  }
}
