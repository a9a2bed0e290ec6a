/**
 * @file Watched folders, from the outside in: `watchedFolders.ts` is the list that the user interfaces see
 * (`describeWatchedFolder.ts`), `watchedFolder.ts` joins one folder's watcher (`core/watch`) with the store and the queue,
 * `acceptedCollector.ts` makes batches of the images that it accepts, and `originalMover.ts` moves their originals away
 * when the results are there (`restoreOriginals.ts` mends what a crash leaves of that).
 */
import path from 'node:path';
import { EnlargerError, toErrorDto, type ErrorDto } from '../../api/errors.ts';
import type { WatchedFolderView } from '../../api/watchedFolderView.ts';
import { hasImageExtension } from '../../api/imageFormats.ts';
import { Sequencer } from '../../api/sequencer.ts';
import type { MediaService } from '../../media/mediaService.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import { mergedSettings, type StoredWatchedFolder } from '../../store/watchedFolderTable.ts';
import { existingFiles } from '../../watch/existingFiles.ts';
import type { FileSnapshot } from '../../watch/fileSnapshot.ts';
import type { WaitingFile } from '../../watch/settling.ts';
import type { WatchedFolderList, WatchContext } from '../hostParts.ts';
import { isBelowAny } from '../queue/ownResults.ts';
import { WatchedFolder } from './watchedFolder.ts';
import { describeWatchedFolder } from './describeWatchedFolder.ts';

/** A folder that could not be watched is tried again after this time: its disk may be back. */
const REOPEN_MS = 30_000;

/** An image that failed is tried again after this, if its cause can have passed by itself. */
const RETRY_FAILED_MS = 5 * 60_000;

const PAUSED = { kind: 'paused' } as const;

/** The outcome for a file of a watched folder: every file has one. */
export type WatchOutcome =
  /** The job as it is in the store by now. */
  | { readonly kind: 'ended'; readonly job: StoredJob }
  | { readonly kind: 'skipped'; readonly folder: string; readonly name: string; readonly error: ErrorDto };

/** All watched folders: kept in the store, and watched again after a restart. Whoever opens it closes it. */
export class WatchedFolders implements WatchedFolderList {
  readonly #context: WatchContext;
  readonly #media: Pick<MediaService, 'verify'>;
  readonly #open = new Map<number, WatchedFolder>();
  readonly #failures = new Map<number, WatchedFolderView['state']>();
  readonly #listeners = new Set<(outcome: WatchOutcome) => void>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #stopListening: () => void;
  /** Opening and closing take time; they happen one after the other. */
  readonly #changes = new Sequencer();

  constructor(context: WatchContext, media: Pick<MediaService, 'verify'>) {
    this.#context = context;
    this.#media = media;
    for (const stored of context.store.watchedFolders.list())
      void this.#changes.run(() => this.#reopen(stored));
    this.#stopListening = context.onJobEnded(({ id }) => {
      const job = context.store.jobs.get(id);
      if (job !== undefined) this.#jobEnded(job);
    });
    this.#timers = [
      setInterval(() => {
        this.#reopenFailed();
      }, REOPEN_MS),
      setInterval(() => {
        for (const folder of this.#open.values()) void this.#changes.run(() => folder.retryFailed());
      }, RETRY_FAILED_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  list(): readonly WatchedFolderView[] {
    return this.#context.store.watchedFolders.list().map((stored) => this.#view(stored));
  }

  add({ folder: given, ...settings }: Parameters<WatchedFolderList['add']>[0]): Promise<WatchedFolderView> {
    return this.#changes.run(async () => {
      const folder = path.resolve(given);
      const { watchedFolders } = this.#context.store;
      if (watchedFolders.list().some((known) => known.folder === folder)) {
        const message = `${folder} is watched already. Change or remove it there.`;
        throw new EnlargerError('request/invalid', message, { folder });
      }
      const left = await this.#filesToLeave(folder, settings.leaveExisting, settings.recursive);
      // In one step: after a crash in between, everything in the folder would be enlarged.
      const id = this.#context.store.transaction(() => {
        const saved = watchedFolders.save(folder, mergedSettings(settings));
        this.#context.store.acceptedFiles.addLeft(saved, left);
        return saved;
      });
      try {
        await this.#start(this.#require(id));
      } catch (error) {
        // A folder that cannot be watched from the start is a mistake; one that becomes unreachable is waited for.
        watchedFolders.remove(id);
        throw error;
      }
      return this.#changed(id);
    });
  }

  update({ id, ...changes }: Parameters<WatchedFolderList['update']>[0]): Promise<WatchedFolderView> {
    return this.#changes.run(async () => {
      const before = this.#require(id);
      const { watchedFolders } = this.#context.store;
      await this.#stop(id);
      const settings = mergedSettings(before.settings, changes);
      try {
        const left = await this.#filesToLeave(before.folder, changes.leaveExisting, settings.recursive);
        this.#context.store.transaction(() => {
          watchedFolders.update(id, settings);
          this.#context.store.acceptedFiles.addLeft(id, left);
        });
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
    return this.#changes.run(async () => {
      await this.#stop(id);
      const removed = this.#context.store.watchedFolders.remove(id);
      this.#emitChange();
      return removed;
    });
  }

  async countImages({
    folder,
    ...options
  }: Parameters<WatchedFolderList['countImages']>[0]): Promise<number> {
    const files = await existingFiles(path.resolve(folder), options);
    let images = 0;
    for (const file of files) {
      if (hasImageExtension(file.path) && !(await this.#isResultOf(folder, file.path))) images++;
    }
    return images;
  }

  /** Whether a file has the name of a result whose source is in this folder, too. */
  async #isResultOf(folder: string, file: string): Promise<boolean> {
    for (const { source } of this.#context.store.results.atPath(file))
      if (source === undefined || (await isBelowAny([folder], source))) return true;
    return false;
  }

  /** Calls back with every outcome. @returns A function that ends it. */
  subscribe(listener: (outcome: WatchOutcome) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Scans every folder now. @returns The files that are not complete yet. */
  async rescan(): Promise<readonly WaitingFile[]> {
    await this.#changes.idle();
    const waiting = await Promise.all([...this.#open.values()].map((folder) => folder.rescan()));
    return waiting.flat();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stopListening();
    await this.#changes.idle();
    await Promise.all([...this.#open.values()].map((folder) => folder.close()));
    this.#open.clear();
  }

  #jobEnded(job: StoredJob): void {
    const folderId = this.#context.store.acceptedFiles.folderOf(job.id);
    if (folderId === undefined) return;
    this.#report({ kind: 'ended', job });
    this.#open.get(folderId)?.moveFinished();
  }

  #report(outcome: WatchOutcome): void {
    for (const listener of this.#listeners) listener(outcome);
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
      const message = `The preset "${stored.settings.presetId}" of ${stored.folder} no longer exists. Choose another.`;
      throw new EnlargerError('preset/not-found', message, { presetId: stored.settings.presetId });
    }
    const watched = await WatchedFolder.open(stored, {
      ...this.#context,
      media: this.#media,
      batch: preset.batch,
      onChange: () => {
        this.#emitChange();
      },
      onSkip: (folder, name, error) => {
        this.#report({ kind: 'skipped', folder, name, error });
      },
      onEnded: (job) => {
        this.#jobEnded(job);
      },
    });
    this.#open.set(stored.id, watched);
  }

  async #stop(id: number): Promise<void> {
    await this.#open.get(id)?.close();
    this.#open.delete(id);
    this.#failures.delete(id);
  }

  /** Watches again what was watched before; a failure is a state, and is tried again. */
  async #reopen(stored: StoredWatchedFolder): Promise<void> {
    try {
      await this.#start(stored);
    } catch (error) {
      this.#failures.set(stored.id, { kind: 'unreachable', error: toErrorDto(error) });
    }
    this.#emitChange();
  }

  #reopenFailed(): void {
    for (const id of this.#failures.keys()) {
      const stored = this.#context.store.watchedFolders.get(id);
      if (stored !== undefined) void this.#changes.run(() => this.#reopen(stored));
    }
  }

  /** The present files of a folder, if they are not to be enlarged; other patterns may admit more later. */
  async #filesToLeave(
    folder: string,
    leaveExisting: boolean | undefined,
    recursive: boolean,
  ): Promise<readonly FileSnapshot[]> {
    return leaveExisting === true ? existingFiles(folder, { recursive, include: [], exclude: [] }) : [];
  }

  #changed(id: number): WatchedFolderView {
    this.#emitChange();
    return this.#view(this.#require(id));
  }

  #emitChange(): void {
    this.#context.emit({ type: 'watched-folders-changed', folders: this.list() });
  }

  #view(stored: StoredWatchedFolder): WatchedFolderView {
    const state = this.#failures.get(stored.id) ?? this.#open.get(stored.id)?.state ?? PAUSED;
    return describeWatchedFolder(stored, this.#context.store, state);
  }
}
