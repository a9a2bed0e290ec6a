import path from 'node:path';
import { EnlargerError, toErrorDto, type ErrorDto } from '../../api/errors.ts';
import type { WatchedFolderView } from '../../api/views.ts';
import type { MediaService } from '../../media/mediaService.ts';
import type { StoredWatchedFolder } from '../../store/watchedFolderTable.ts';
import type { FileSnapshot } from '../../watch/fileSnapshot.ts';
import { FolderWatcher } from '../../watch/folderWatcher.ts';
import { moveOriginal } from '../../watch/moveOriginal.ts';
import type { WatchOwner } from '../../watch/watchOwner.ts';
import { hashFile } from '../../files/hashFile.ts';
import type { WatchContext } from '../hostParts.ts';
import { mirrored, AcceptedCollector, type BatchWithoutSources } from './acceptedCollector.ts';

export interface WatchedFolderParts extends Pick<WatchContext, 'store' | 'enqueue'> {
  readonly media: Pick<MediaService, 'thumbnail'>;
  /** What is done with its images. */
  readonly batch: BatchWithoutSources;
  readonly onChange: () => void;
}

/** Finished batches of watched folders that stay in the list; a folder that is used for years makes many. */
const BATCHES_KEPT = 200;

/** One folder that is watched: joins the watcher with store, queue and decoder. */
export class WatchedFolder {
  readonly #stored: StoredWatchedFolder;
  readonly #parts: WatchedFolderParts;
  readonly #collector = new AcceptedCollector((looks, folder) => this.#enqueue(looks, folder));
  #watcher: FolderWatcher | undefined;
  #state: WatchedFolderView['state'] = { kind: 'watching' };
  #moving: Promise<void> = Promise.resolve();

  private constructor(stored: StoredWatchedFolder, parts: WatchedFolderParts) {
    this.#stored = stored;
    this.#parts = parts;
  }

  /**
   * Watches from now on.
   *
   * @throws EnlargerError `watch/feeds-itself` or `watch/unreachable`.
   */
  static async open(stored: StoredWatchedFolder, parts: WatchedFolderParts): Promise<WatchedFolder> {
    const watched = new WatchedFolder(stored, parts);
    watched.#watcher = await FolderWatcher.open(watched.#options(), watched.#owner());
    await watched.#watcher.start();
    watched.moveFinished();
    return watched;
  }

  get state(): WatchedFolderView['state'] {
    return this.#state;
  }

  /** Looks through the whole folder now. @returns How many files are still waited for. */
  async rescan(): Promise<number> {
    await this.#watcher?.rescan();
    return this.#watcher?.waiting ?? 0;
  }

  /** Moves originals away whose results are there; nothing where that was not asked for. */
  moveFinished(): void {
    if (this.#stored.settings.moveOriginalsTo === undefined) return;
    this.#moving = this.#moving.then(() => this.#moveAll());
  }

  async close(): Promise<void> {
    await this.#watcher?.close();
    await this.#moving;
  }

  #options(): Parameters<typeof FolderWatcher.open>[0] {
    const { folder, settings } = this.#stored;
    const { destination } = this.#parts.batch;
    const outputs = [
      ...(destination.kind === 'path' ? [destination.path] : []),
      ...(destination.kind === 'beside' ? [path.join(folder, destination.folderName)] : []),
      ...(settings.moveOriginalsTo === undefined ? [] : [settings.moveOriginalsTo]),
    ];
    const { settleMs, include, exclude, recursive } = settings;
    return { folder, settleMs, include, exclude, recursive, outputs };
  }

  #owner(): WatchOwner {
    const { store, media, onChange } = this.#parts;
    const { id } = this.#stored;
    return {
      filterNew: (looks) =>
        Promise.resolve(
          looks.filter(
            (look) =>
              !store.acceptedFiles.has(id, look) && !store.results.isOutputPath(path.resolve(look.path)),
          ),
        ),
      decode: async (file) => {
        await media.thumbnail(file);
        await this.#assertNotOurs(file);
      },
      take: (look) => this.#collector.take(look),
      skip: (name, error) => {
        this.#passOver(name, error);
      },
      onState: (state) => {
        this.#state = state;
        onChange();
      },
    };
  }

  /** The third guard against feeding on own results: their content is known, whatever they are called by now. */
  async #assertNotOurs(file: string): Promise<void> {
    if (!this.#parts.store.results.isOwnOutput(await hashFile(file))) return;
    const message = `${file} is a result of this program and is not enlarged again.`;
    throw new EnlargerError('watch/feeds-itself', message, { file });
  }

  #passOver(name: string, error: ErrorDto): void {
    this.#parts.store.watchedFolders.notePassedOver(this.#stored.id, name, error);
    this.#parts.onChange();
  }

  async #enqueue(looks: readonly FileSnapshot[], relativeFolder: string): Promise<void> {
    const { store, batch, enqueue, onChange } = this.#parts;
    const { id } = this.#stored;
    const spec = {
      ...batch,
      sources: looks.map((look) => ({ kind: 'path' as const, path: look.path })),
      destination: mirrored(batch.destination, relativeFolder),
    };
    await enqueue(spec, () => {
      for (const look of looks) store.acceptedFiles.add(id, look);
      store.watchedFolders.noteAccepted(id, looks.length);
    });
    store.batches.forgetOld('watched-folder', BATCHES_KEPT);
    onChange();
  }

  async #moveAll(): Promise<void> {
    const { store } = this.#parts;
    const { id, settings } = this.#stored;
    const toFolder = settings.moveOriginalsTo;
    if (toFolder === undefined) return;
    for (const taken of store.acceptedFiles.finished(id)) {
      try {
        await moveOriginal({ ...taken, ctimeNs: '' }, path.resolve(toFolder));
      } catch (error) {
        this.#passOver(taken.relativePath, toErrorDto(error));
      }
      store.acceptedFiles.settle(id, taken.path);
    }
  }
}
