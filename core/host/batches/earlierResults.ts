import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Store } from '../../store/store.ts';
import { resultAt } from '../queue/knownResult.ts';
import { hashFile } from '../../files/hashFile.ts';

/** Whose result has a name, as far as that is known. */
export type Owner = 'this' | 'another' | 'unknown';

/** What earlier runs have made, by the store. */
export interface EarlierResults {
  /** Whether a file is a result of this program, unchanged, under whatever name. */
  isResult(file: string): Promise<boolean>;
  /** Whether the file at a target is the result of this source, or of another one. */
  ownerOf(target: string, source: string): Promise<Owner>;
}

async function sizeOf(file: string): Promise<number | undefined> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.isFile() === true ? stats.size : undefined;
}

/** Looks results up in a store. Files are read only if their size is that of a result. */
export function earlierResultsIn(store: Store): EarlierResults {
  const { results } = store;
  let sizes: ReadonlySet<number> | undefined;
  return {
    isResult: async (file) => {
      const sizeBytes = await sizeOf(file);
      sizes ??= results.sizes();
      if (sizeBytes === undefined || !sizes.has(sizeBytes)) return false;
      const hash = await hashFile(file).catch(() => undefined);
      return hash !== undefined && results.isMadeFromAnother(hash);
    },
    ownerOf: async (target, source) => {
      const made = await resultAt(store, target);
      const sizeBytes = await sizeOf(target);
      // What has the name now need not be what was made under it.
      if (made === undefined || sizeBytes === undefined) return 'unknown';
      if (made.source === path.resolve(source)) return 'this';
      const contentHash = await hashFile(source).catch(() => undefined);
      if (contentHash === made.contentHash) return 'this';
      return made.source === undefined ? 'unknown' : 'another';
    },
  };
}
