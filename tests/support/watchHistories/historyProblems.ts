import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Store } from '../../../core/store/store.ts';
import { fixturePath } from '../images.ts';

/** The contents of the images of a history. */
export const CONTENTS = [
  'grey8.png',
  'rgb8.png',
  'rgba16.png',
  'palette-alpha.png',
  'rgb8.jpg',
  'grey8.jpg',
].map((name) => readFileSync(fixturePath(name)));

export function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [path.join(entry.parentPath, entry.name)] : [],
  );
}

/** Complete images without a result made from their content, and without a reported reason. */
export function unmade(store: Store, inbox: string, settings: string): string[] {
  const [folder] = store.watchedFolders.list();
  if (folder === undefined) return ['No folder is watched.'];
  const reported = new Set(store.watchedFolders.passedOver(folder.id).map(({ name }) => name));
  return filesBelow(inbox).flatMap((file) => {
    const contentHash = hashOf(readFileSync(file));
    const jobs = store.jobs
      .page({ search: path.basename(file), order: 'newest', offset: 0, limit: 1_000 })
      .jobs.filter(({ source }) => source === file);
    const made = jobs
      .filter(({ state }) => state.kind === 'done')
      .flatMap(({ id }) => store.results.get(id) ?? []);
    const isMade = made.some((each) => {
      const isOwn = each.contentHash === contentHash && each.settingsHash === settings;
      return (
        isOwn && existsSync(each.outputPath) && hashOf(readFileSync(each.outputPath)) === each.outputHash
      );
    });
    if (isMade || reported.has(path.relative(inbox, file))) return [];
    const states = jobs.map(({ id, state }) => `${id} ${JSON.stringify(state)}`);
    return [`${file} was not made: ${states.join(', ')}`];
  });
}

/** Two complete results of the same source with the same content and settings. */
export function doubled(store: Store, out: string): string[] {
  const seen = new Map<string, string>();
  return filesBelow(out).flatMap((file) => {
    if (path.basename(file).startsWith('.enlarger-')) return [`${file} was left behind`];
    const [result] = store.results.atPath(file).filter(({ outputPath }) => outputPath === file);
    if (result?.outputHash !== hashOf(readFileSync(file))) return [`${file} is not what was recorded`];
    const key = [result.source, result.contentHash, result.settingsHash].join(' ');
    const before = seen.get(key);
    seen.set(key, file);
    return before === undefined ? [] : [`${file} is the same as ${before}`];
  });
}

/**
 * Originals that are gone or have changed.
 *
 * @param live How often each content should be in one of the folders.
 */
export function lost(folders: readonly string[], live: ReadonlyMap<string, number>): string[] {
  const present = new Set(folders.flatMap(filesBelow).map((file) => hashOf(readFileSync(file))));
  const known = new Set(CONTENTS.map(hashOf));
  const changed = [...present].filter((hash) => !known.has(hash)).map((hash) => `an original became ${hash}`);
  const gone = [...live].filter(([hash, count]) => count > 0 && !present.has(hash));
  return [...changed, ...gone.map(([hash]) => `the original ${hash.slice(0, 6)} is gone`)];
}
