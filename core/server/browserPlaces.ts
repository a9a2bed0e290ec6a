import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Destination, SourcePlace } from '../api/batchSpec.ts';
import type { SourceResolver } from '../api/sourceResolver.ts';
import { mayClockBeWrong } from '../files/clockJump.ts';
import { makeFolderSync } from '../files/makeFolder.ts';
import { assertWithin, OpenRoots } from './openRoots.ts';
import { PathHider } from './pathHider.ts';
import { Uploads } from './uploads.ts';

/** Uploads, and results that are kept for download, are deleted after this many days, when the server starts. */
const KEEP_DAYS = 7;

/** All places that a browser window can use. Its creator closes it. */
export interface BrowserPlaces {
  /** For the host: turns sources and destinations of a batch into paths. */
  readonly resolver: SourceResolver;
  readonly roots: OpenRoots;
  readonly uploads: Uploads;
  /** Folders of the program itself, whose paths no page needs to know. */
  readonly ownFolders: readonly string[];
  /** Deletes files that are too old; to be called when this process is the only one with the list of jobs. */
  tidy(): Promise<void>;
}

/** Keeps all of them if the last start was just as long ago: the clock may be wrong. */
async function removeOld(folder: string): Promise<void> {
  const keepMs = KEEP_DAYS * 86_400_000;
  if (mayClockBeWrong(`${folder}.started`, keepMs)) return;
  for (const name of await readdir(folder)) {
    const each = path.join(folder, name);
    const ageMs = Date.now() - (await stat(each)).mtimeMs;
    if (ageMs > keepMs) await rm(each, { recursive: true, force: true });
  }
}

/**
 * Opens the places of a browser window: folders that the user opened, and folders of the program for uploads
 * and downloads.
 *
 * Uploads are kept when the server ends: images that wait for their turn, and the originals of results, stay available.
 *
 * @param dataFolder The program's own folder; created if it is missing.
 * @throws EnlargerError `input/not-found` for an opened folder that does not exist.
 */
export function openBrowserPlaces(dataFolder: string, openedFolders: readonly string[]): BrowserPlaces {
  const roots = new OpenRoots(openedFolders);
  const [sent, downloads] = [path.join(dataFolder, 'uploads'), path.join(dataFolder, 'downloads')];
  for (const folder of [sent, downloads]) makeFolderSync(folder, { mode: 0o700 });
  const uploads = new Uploads(sent);
  return {
    roots,
    uploads,
    resolver: new BrowserResolver(roots, uploads, downloads, new PathHider(roots, [dataFolder])),
    ownFolders: [dataFolder],
    tidy: async () => {
      await uploads.removeUnfinished();
      for (const folder of [sent, downloads]) await removeOld(folder);
    },
  };
}

class BrowserResolver implements SourceResolver {
  readonly #hider: PathHider;
  readonly #roots: OpenRoots;
  readonly #uploads: Uploads;
  readonly #downloads: string;

  constructor(roots: OpenRoots, uploads: Uploads, downloads: string, hider: PathHider) {
    this.#hider = hider;
    this.#roots = roots;
    this.#uploads = uploads;
    this.#downloads = downloads;
  }

  hidePaths(value: unknown): unknown {
    return this.#hider.hide(value);
  }

  async resolve(source: SourcePlace): Promise<readonly string[]> {
    switch (source.kind) {
      // Never from a page, whose paths the server refuses; watched folders and the command line use paths.
      case 'path':
        return [source.path];
      case 'upload':
        return [this.#uploads.pathOf(source.uploadId)];
      case 'root': {
        const file = await this.#roots.resolve(source.rootId, source.relative);
        await this.#roots.assertThere(file);
        return [file];
      }
    }
  }

  async assertTarget(target: string): Promise<void> {
    await assertWithin([...this.#roots.all.map(({ folder }) => folder), this.#downloads], target);
  }

  async resolveDestination(destination: Destination): Promise<string | undefined> {
    switch (destination.kind) {
      case 'path':
        return destination.path;
      case 'beside':
        return undefined;
      case 'root':
        return this.#roots.resolve(destination.rootId, destination.relative);
      case 'downloads': {
        // A folder for each batch: results of two batches may have the same name.
        const folder = path.join(this.#downloads, randomBytes(8).toString('hex'));
        await mkdir(folder, { mode: 0o700 });
        return folder;
      }
    }
  }
}
