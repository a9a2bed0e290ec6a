import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ErrorDto } from '../../api/errors.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import { ignoresCase } from '../../files/ignoresCase.ts';
import type { FoundImage } from '../../jobs/findImages.ts';
import { foldedPath, markedName, sourceMark, TargetNames } from '../../jobs/outputNames.ts';
import type { EarlierResults } from './earlierResults.ts';

/** An image with the name that its result usually gets. */
export interface WantedName {
  readonly image: FoundImage;
  readonly format: OutputFormat;
  /** Absolute path by the source's name and the settings alone. */
  readonly wanted: string;
  /** The files of its other pages, if each page gets one. */
  readonly others?: readonly string[];
  /** Why the image cannot be read. */
  readonly error?: ErrorDto;
}

/** Names below folders, each folder read once: `stat` would not show how a name is spelt. */
class SpeltNames {
  readonly #folders = new Map<string, Promise<ReadonlySet<string>>>();

  async has(file: string): Promise<boolean> {
    const folder = path.dirname(file);
    const names =
      this.#folders.get(folder) ??
      readdir(folder).then(
        (all) => new Set(all),
        () => new Set<string>(),
      );
    this.#folders.set(folder, names);
    return (await names).has(path.basename(file));
  }
}

/** How closely a source is related to the file of a name; higher is closer. */
async function claimOf(
  { image, wanted }: WantedName,
  earlier: EarlierResults,
  spelt: SpeltNames,
): Promise<number> {
  const owner = await earlier.ownerOf(wanted, image.path);
  if (owner === 'this') return 3;
  if (owner === 'another') return 0;
  return (await spelt.has(wanted)) ? 2 : 1;
}

/**
 * Gives every image a unique target. Names are the usual ones unless two images would have the same: then it
 * belongs to the one whose result already exists, or else to the first, and the others get a name with a mark of
 * their source. A name under which another source's result was made is never given to this one.
 *
 * @returns Targets by the images' numbers.
 */
export async function giveNames(
  wanted: ReadonlyMap<number, WantedName>,
  earlier: EarlierResults,
): Promise<Map<number, string>> {
  const spelt = new SpeltNames();
  const folds = new Map<string, boolean>();
  for (const { wanted: target } of wanted.values()) {
    const folder = path.dirname(target);
    if (!folds.has(folder)) folds.set(folder, await ignoresCase(folder));
  }
  const keyOf = (target: string): string =>
    folds.get(path.dirname(target)) === false ? path.resolve(target) : foldedPath(target);
  const counts = new Map<string, number>();
  for (const { wanted: target } of wanted.values()) {
    counts.set(keyOf(target), (counts.get(keyOf(target)) ?? 0) + 1);
  }
  const ranked: { id: number; name: WantedName; claim: number }[] = [];
  for (const [id, name] of wanted) {
    const isContested = (counts.get(keyOf(name.wanted)) ?? 0) > 1 || (await exists(name.wanted));
    const claim = isContested ? await claimOf(name, earlier, spelt) : 1;
    // An unreadable file does not take a name from an image that can be read.
    ranked.push({ id, name, claim: name.error === undefined ? claim : Math.min(claim, 1) - 1 });
  }
  const names = new TargetNames(keyOf);
  for (const { others = [] } of wanted.values()) for (const other of others) names.reserve(other);
  const targets = new Map<number, string>();
  for (const { id, name, claim } of ranked.sort((a, b) => b.claim - a.claim || a.id - b.id)) {
    const mark = sourceMark(name.image.path);
    const isOthers = claim === 0 && name.error === undefined;
    targets.set(id, names.claim(isOthers ? markedName(name.wanted, mark) : name.wanted, mark));
  }
  return targets;
}

function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
