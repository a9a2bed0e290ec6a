import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from '../../files/isInside.ts';
import { realFolder } from '../../files/realFolder.ts';
import type { ResultTable } from '../../store/resultTable.ts';

/** Results of results that are followed back to the first source. */
const MAX_GENERATIONS = 20;

/** Which files are sources in a search for images. */
export interface SearchedSources {
  /** Whether a search that finds this file can find that source, too, also if it is gone by now. */
  readonly isBelow: (source: string) => Promise<boolean>;
  /** Whether a source that was moved was found: one with this name and content. */
  readonly hasMoved?: (name: string, contentHash: string) => Promise<boolean>;
}

/**
 * Whether a file is a result whose source is among the same images, directly or by way of other results. It is not
 * enlarged again then. A result of other images that someone wants to have enlarged is an image like any other.
 *
 * @param file Not its own source: an image whose result is equal to it stays an image.
 */
export async function comesFrom(
  results: Pick<ResultTable, 'madeAs'>,
  { path: file, hash }: { readonly path: string; readonly hash: string },
  sources: SearchedSources,
): Promise<boolean> {
  const seen = new Set<string>();
  let generation = [hash];
  for (let count = 0; generation.length > 0 && count < MAX_GENERATIONS; count++) {
    const before: string[] = [];
    for (const each of generation) {
      seen.add(each);
      for (const { source, contentHash } of results.madeAs(each)) {
        if (source !== undefined && path.resolve(source) === path.resolve(file)) continue;
        // Older versions did not record sources.
        if (source === undefined || (await sources.isBelow(source))) return true;
        if ((await sources.hasMoved?.(path.basename(source), contentHash)) === true) return true;
        if (!seen.has(contentHash)) before.push(contentHash);
      }
    }
    generation = before;
  }
  return false;
}

/** Whether a path is in one of some folders, whatever links lead to it. */
export async function isBelowAny(folders: readonly string[], file: string): Promise<boolean> {
  const parent = await realFolder(path.dirname(path.resolve(file)));
  const place = path.join(parent, path.basename(file));
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => path.resolve(folder));
    if (isInside(real, place) || isInside(path.resolve(folder), path.resolve(file))) return true;
  }
  return false;
}
