import path from 'node:path';
import { EnlargerError, toErrorDto } from '../../api/errors.ts';
import type { WatchedFolderView } from '../../api/views.ts';
import type { MediaService } from '../../media/mediaService.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import { mergedSettings, type StoredWatchedFolder } from '../../store/watchedFolderTable.ts';
import type { FolderWatcher, WatchContext } from '../hostParts.ts';
import { WatchedFolder } from './watchedFolder.ts';
import { watchedFolderView } from './watchedFolderView.ts';

/** A folder that could not be watched is tried again after this: its disk may be back by then. */
const TRY_AGAIN_MS = 30_000;

const PAUSED = { kind: 'paused' } as const;

/** All watched folders: kept in the store, gone on with after a restart. Whoever opens it closes it. */
export class WatchedFolders implements FolderWatcher {
  readonly #context: WatchContext;
  readonly #media: MediaService;
  readonly #open = new Map<number, WatchedFolder>();
  readonly #failures = new Map<number, WatchedFolderView['state']>();
  readonly #tryAgain: NodeJS.Timeout;
  readonly #stopListening: () => void;
  /** Opening and closing take time; they happen one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: WatchContext, media: MediaService) {
    this.#context = context;
    this.#media = media;
    for (const stored of context.store.watchedFolders.list()) void this.#inTurn(() => this.#reopen(stored));
    this.#stopListening = context.onJobEnded((job) => {
      this.#jobEnded(job);
    });
    this.#tryAgain = setInterval(() => {
      this.#retryFailed();
    }, TRY_AGAIN_MS);
    this.#tryAgain.unref();
  }

  list(): readonly WatchedFolderView[] {
    return this.#context.store.watchedFolders.list().map((stored) => this.#view(stored));
  }

  add({ folder: given, ...settings }: Parameters<FolderWatcher['add']>[0]): Promise<WatchedFolderView> {
    return this.#inTurn(async () => {
      const folder = path.resolve(given);
      const { watchedFolders } = this.#context.store;
      if (watchedFolders.list().some((known) => known.folder === folder)) {
        const message = `${folder} is watched already. Change or remove it there.`;
        throw new EnlargerError('request/invalid', message, { folder });
      }
      const id = watchedFolders.save(folder, mergedSettings(settings));
      try {
        await this.#start(this.#require(id));
      } catch (error) {
        // What cannot be watched from the start is a mistake; what becomes unreachable later is waited for.
        watchedFolders.remove(id);
        throw error;
      }
      return this.#changed(id);
    });
  }

  update({ id, ...changes }: Parameters<FolderWatcher['update']>[0]): Promise<WatchedFolderView> {
    return this.#inTurn(async () => {
      const before = this.#require(id);
      const { watchedFolders } = this.#context.store;
      await this.#stop(id);
      watchedFolders.update(id, mergedSettings(before.settings, changes));
      try {
        await this.#start(this.#require(id));
      } catch (error) {
        watchedFolders.update(id, before.settings);
        await this.#reopen(before);
        throw error;
      }
      return this.#changed(id);
    });
  }

  remove(id: number): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#stop(id);
      const removed = this.#context.store.watchedFolders.remove(id);
      this.#tell();
      return removed;
    });
  }

  #jobEnded({ source }: StoredJob): void {
    for (const stored of this.#context.store.watchedFolders.list()) {
      const isInside = !path.relative(stored.folder, source).startsWith('..');
      if (isInside) this.#open.get(stored.id)?.moveFinished();
    }
  }

  /** Looks through every folder now. @returns How many files are still waited for until they are complete. */
  async rescan(): Promise<number> {
    await this.#last;
    const waiting = await Promise.all([...this.#open.values()].map((folder) => folder.rescan()));
    return waiting.reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    clearInterval(this.#tryAgain);
    this.#stopListening();
    await this.#last;
    await Promise.all([...this.#open.values()].map((folder) => folder.close()));
    this.#open.clear();
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #require(id: number): StoredWatchedFolder {
    const stored = this.#context.store.watchedFolders.get(id);
    if (stored !== undefined) return stored;
    throw new EnlargerError('watch/not-found', `There is no watched folder ${id}.`, { id });
  }

  async #start(stored: StoredWatchedFolder): Promise<void> {
    this.#failures.delete(stored.id);
    if (stored.settings.paused) return;
    const preset = this.#context.store.presets.get(stored.settings.presetId);
    if (preset === undefined) {
      const message = `The preset "${stored.settings.presetId}" of ${stored.folder} is not there any more. Choose another.`;
      throw new EnlargerError('preset/not-found', message, { presetId: stored.settings.presetId });
    }
    const parts = {
      ...this.#context,
      media: this.#media,
      batch: preset.batch,
      onChange: () => {
        this.#tell();
      },
    };
    this.#open.set(stored.id, await WatchedFolder.open(stored, parts));
  }

  async #stop(id: number): Promise<void> {
    await this.#open.get(id)?.close();
    this.#open.delete(id);
    this.#failures.delete(id);
  }

  /** Starts what was watched before; what goes wrong is a state, and is tried again. */
  async #reopen(stored: StoredWatchedFolder): Promise<void> {
    try {
      await this.#start(stored);
    } catch (error) {
      this.#failures.set(stored.id, { kind: 'unreachable', error: toErrorDto(error) });
    }
    this.#tell();
  }

  #retryFailed(): void {
    for (const id of this.#failures.keys()) {
      const stored = this.#context.store.watchedFolders.get(id);
      if (stored !== undefined) void this.#inTurn(() => this.#reopen(stored));
    }
  }

  #changed(id: number): WatchedFolderView {
    this.#tell();
    return this.#view(this.#require(id));
  }

  #tell(): void {
    this.#context.emit({ type: 'watched-folders-changed', folders: this.list() });
  }

  #view(stored: StoredWatchedFolder): WatchedFolderView {
    const state = this.#failures.get(stored.id) ?? this.#open.get(stored.id)?.state ?? PAUSED;
    return watchedFolderView(stored, this.#context.store, state);
  }
}
