import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Store } from '../../store/store.ts';
import { resultAt } from '../queue/knownResult.ts';
import { comesFrom, isBelowAny, type SearchedSources } from '../queue/ownResults.ts';
import { hashFile } from '../../files/hashFile.ts';

/** Which source the file of a name is the result of, as far as that is known. */
export type Owner = 'this' | 'another' | 'unknown';

/** Results of earlier runs, from the store. */
export interface EarlierResults {
  /**
   * Whether a file is a result of this program, unchanged, under whatever name, that is not to be enlarged again: its
   * source is among the same images, or it is where the new results go.
   */
  isOwn(file: string, search: SearchedPlaces): Promise<boolean>;
  /** Whether the file at a target is the result of this source, or of another one. */
  ownerOf(target: string, source: string): Promise<Owner>;
}

/** Where images are searched, and where their results go. */
export interface SearchedPlaces {
  readonly roots: readonly string[];
  /** Paths of all images that were found. */
  readonly found: readonly string[];
  /** The folder for the results, unless they go next to their sources. */
  readonly output: string | undefined;
}

/** The sources of one search. Content is compared only where the name is the same. */
function searchedSources({ roots, found }: SearchedPlaces): SearchedSources {
  const paths = new Set(found.map((file) => path.resolve(file)));
  return {
    isBelow: async (source) => paths.has(source) || (await isBelowAny(roots, source)),
    hasMoved: async (name, contentHash) => {
      for (const file of paths) {
        if (path.basename(file) === name && (await hashFile(file).catch(() => '')) === contentHash)
          return true;
      }
      return false;
    },
  };
}

async function sizeOf(file: string): Promise<number | undefined> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.isFile() === true ? stats.size : undefined;
}

/** Looks up results in a store. Files are only read if their size is that of a result. */
export function earlierResultsIn(store: Store): EarlierResults {
  const { results } = store;
  let sizes: ReadonlySet<number> | undefined;
  return {
    isOwn: async (file, search) => {
      const sizeBytes = await sizeOf(file);
      sizes ??= results.sizes();
      if (sizeBytes === undefined || !sizes.has(sizeBytes)) return false;
      const hash = await hashFile(file).catch(() => undefined);
      // An image that was enlarged to its own bytes is still an image.
      if (hash === undefined || results.madeAs(hash).every(({ contentHash }) => contentHash === hash))
        return false;
      if (search.output !== undefined && (await isBelowAny([search.output], file))) return true;
      return comesFrom(results, { path: file, hash }, searchedSources(search));
    },
    ownerOf: async (target, source) => {
      const made = await resultAt(store, target);
      const sizeBytes = await sizeOf(target);
      // The file of that name may have been replaced since.
      if (made === undefined || sizeBytes === undefined) return 'unknown';
      if (made.source === path.resolve(source)) return 'this';
      const contentHash = await hashFile(source).catch(() => undefined);
      if (contentHash === made.contentHash) return 'this';
      return made.source === undefined ? 'unknown' : 'another';
    },
  };
}
