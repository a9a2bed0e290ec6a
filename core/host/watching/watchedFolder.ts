import { createHash } from 'node:crypto';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EnlargerError, type ErrorCode, type ErrorDto } from '../../api/errors.ts';
import type { WatchedFolderView } from '../../api/watchedFolderView.ts';
import { hashFile } from '../../files/hashFile.ts';
import { assertNameTemplate } from '../../jobs/outputNames.ts';
import type { MediaService } from '../../media/mediaService.ts';
import type { FinishedFile } from '../../store/acceptedFileTable.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import type { StoredWatchedFolder } from '../../store/watchedFolderTable.ts';
import { isSameVersion, takeSnapshot, type FileSnapshot } from '../../watch/fileSnapshot.ts';
import { FolderWatcher } from '../../watch/folderWatcher.ts';
import type { WaitingFile } from '../../watch/settling.ts';
import type { WatchOwner } from '../../watch/watchOwner.ts';
import type { WatchContext } from '../hostParts.ts';
import { comesFrom, isBelowAny } from '../queue/ownResults.ts';
import { settingsHash } from '../queue/settingsHash.ts';
import { AcceptedCollector, mirroredDestination, type BatchWithoutSources } from './acceptedCollector.ts';
import { OriginalMover } from './originalMover.ts';
import { restoreOriginals } from './restoreOriginals.ts';

export interface WatchedFolderParts extends Pick<WatchContext, 'store' | 'runId' | 'enqueue' | 'retry'> {
  readonly media: Pick<MediaService, 'verify'>;
  /** What is done with its images. */
  readonly batch: BatchWithoutSources;
  readonly onChange: () => void;
  /** Every file that was not accepted, with the reason. */
  readonly onSkip: (folder: string, name: string, error: ErrorDto) => void;
  /** Jobs that ended as soon as they were queued. */
  readonly onEnded: (job: StoredJob) => void;
}

/** Causes that can pass without a change of the image: a full or read-only disk, a missing model, a busy device. */
function canPass(code: ErrorCode): boolean {
  return /^(output|input|model|engine)\//.test(code);
}

/** The same for requests that lead to the same results. */
function requestHashOf({ settings, destination, nameTemplate }: BatchWithoutSources): string {
  return createHash('sha256')
    .update(JSON.stringify([settingsHash(settings), destination, nameTemplate]))
    .digest('hex');
}

/** One folder that is watched: joins the watcher with store, queue and decoder. */
export class WatchedFolder {
  readonly #stored: StoredWatchedFolder;
  readonly #parts: WatchedFolderParts;
  readonly #requestHash: string;
  readonly #collector = new AcceptedCollector((files, folder) => this.#enqueue(files, folder));
  readonly #mover: OriginalMover | undefined;
  #watcher: FolderWatcher | undefined;
  #state: WatchedFolderView['state'] = { kind: 'watching' };

  private constructor(stored: StoredWatchedFolder, parts: WatchedFolderParts) {
    this.#stored = stored;
    this.#parts = parts;
    this.#requestHash = requestHashOf(parts.batch);
    const { moveOriginalsTo } = stored.settings;
    if (moveOriginalsTo === undefined) return;
    this.#mover = new OriginalMover(parts.store, {
      folderId: stored.id,
      requestHash: this.#requestHash,
      toFolder: path.resolve(moveOriginalsTo),
      runId: parts.runId,
      report: (name, error) => {
        this.#skip(name, error);
      },
    });
  }

  /**
   * Watches from now on. Jobs that failed before are tried again.
   *
   * @throws EnlargerError `usage/invalid-option` for settings with which no image could be enlarged, `watch/feeds-itself` or
   * `watch/unreachable`; no file has been accepted then.
   */
  static async open(stored: StoredWatchedFolder, parts: WatchedFolderParts): Promise<WatchedFolder> {
    assertNameTemplate(parts.batch.nameTemplate, parts.batch.settings);
    const watched = new WatchedFolder(stored, parts);
    watched.#watcher = await FolderWatcher.open(watched.#options(), watched.#owner());
    await restoreOriginals(stored.folder, stored.settings.moveOriginalsTo, (name, error) => {
      watched.#skip(name, error);
    });
    await watched.retryFailed(() => true);
    await watched.#watcher.start();
    watched.moveFinished();
    return watched;
  }

  get state(): WatchedFolderView['state'] {
    return this.#state;
  }

  /** Scans the whole folder now, and completes moves under way. @returns The files that are still incomplete. */
  async rescan(): Promise<readonly WaitingFile[]> {
    await this.#watcher?.rescan();
    await this.#mover?.idle();
    return this.#watcher?.waiting ?? [];
  }

  /** Moves originals away once their results exist, if that was requested. */
  moveFinished(): void {
    this.#mover?.wake();
  }

  /**
   * Tries failed images again.
   *
   * @param isWanted Which failures; default: those whose cause can have passed by itself.
   */
  async retryFailed(isWanted: (code: ErrorCode) => boolean = canPass): Promise<void> {
    const { store, retry } = this.#parts;
    const retried: number[] = [];
    for (const file of store.acceptedFiles.failed(this.#stored.id)) {
      const job = store.jobs.get(file.jobId);
      if (job?.state.kind !== 'failed' || !isWanted(job.state.error.code)) continue;
      if (await this.#isRepeatable(file, job)) retried.push(job.id);
      // With other settings, or as another version, it is a new image.
      else store.acceptedFiles.forget(this.#stored.id, [file.path]);
    }
    if (retried.length > 0) retry(retried);
  }

  async close(): Promise<void> {
    await this.#watcher?.close();
    await this.#mover?.close();
  }

  async #isRepeatable(file: FinishedFile, job: StoredJob): Promise<boolean> {
    const { store, batch } = this.#parts;
    const spec = store.batches.get(job.batchId)?.spec;
    if (job.target === undefined || spec === undefined) return false;
    if (!store.acceptedFiles.has(this.#stored.id, file, this.#requestHash)) return false;
    if (spec.exists !== batch.exists || !isDeepStrictEqual(spec.settings, batch.settings)) return false;
    const now = await takeSnapshot(file.path, file.relativePath).catch(() => undefined);
    return now !== undefined && isSameVersion(now, file);
  }

  #options(): Parameters<typeof FolderWatcher.open>[0] {
    const { folder, settings } = this.#stored;
    const { destination } = this.#parts.batch;
    const { settleMs, include, exclude, recursive, moveOriginalsTo } = settings;
    const outputs: string[] = [];
    if (destination.kind === 'path') outputs.push(destination.path);
    if (destination.kind === 'beside') outputs.push(path.join(folder, destination.folderName));
    if (moveOriginalsTo !== undefined) outputs.push(moveOriginalsTo);
    return { folder, settleMs, include, exclude, recursive, outputs };
  }

  #owner(): WatchOwner {
    const { store, onChange } = this.#parts;
    const { id } = this.#stored;
    return {
      filterNew: (files) =>
        Promise.resolve(files.filter((file) => !store.acceptedFiles.has(id, file, this.#requestHash))),
      forget: (paths) => {
        store.acceptedFiles.forget(id, paths);
        for (const each of paths) store.acceptedFiles.forgetBelow(id, each + path.sep);
      },
      keepOnly: (seen, covers) => {
        const gone = store.acceptedFiles.paths(id).filter((file) => !seen.has(file) && covers(file));
        store.acceptedFiles.forget(id, gone);
      },
      check: (file, signal) => this.#check(file, signal),
      accept: (file) => this.#collector.accept(file),
      skip: (name, error) => {
        this.#skip(name, error);
      },
      onState: (state) => {
        this.#state = state;
        onChange();
      },
    };
  }

  async #check(file: string, signal: AbortSignal): Promise<void> {
    const { media, batch, store } = this.#parts;
    await media.verify(file, { maxPixels: batch.settings.maxInputMegapixels * 1e6, signal });
    // The last guard against enlarging our own results: they are recognised by content, even if they were renamed.
    const found = { path: file, hash: await hashFile(file) };
    const isBelow = (source: string): Promise<boolean> => isBelowAny([this.#stored.folder], source);
    if (!(await comesFrom(store.results, found, { isBelow }))) return;
    const message = `${file} is a result of this program and is not enlarged again.`;
    throw new EnlargerError('watch/own-result', message, { file });
  }

  #skip(name: string, error: ErrorDto): void {
    const { store, onChange, onSkip } = this.#parts;
    // Results next to their originals are found at every scan, which is normal.
    const file = error.code === 'watch/own-result' ? error.details?.['file'] : undefined;
    const isExpected = typeof file === 'string' && store.results.atPath(file).length > 0;
    if (!isExpected) store.watchedFolders.noteSkipped(this.#stored.id, name, error);
    onSkip(this.#stored.folder, name, error);
    onChange();
  }

  async #enqueue(files: readonly FileSnapshot[], relativeFolder: string): Promise<void> {
    const { store, batch, enqueue, onChange, onEnded } = this.#parts;
    const { id } = this.#stored;
    const spec = {
      ...batch,
      sources: files.map((file) => ({ kind: 'path' as const, path: file.path })),
      destination: mirroredDestination(batch.destination, relativeFolder),
    };
    const { batchId } = await enqueue(spec, (added) => {
      const request = { requestHash: this.#requestHash, batchId: added };
      for (const file of files) store.acceptedFiles.add(id, file, request);
      store.watchedFolders.noteAccepted(id, files.length);
    });
    for (const job of store.jobs.ofBatch(batchId, 0, files.length)) {
      if (['skipped', 'failed'].includes(job.state.kind)) onEnded(job);
    }
    store.batches.forgetOldWatched();
    onChange();
  }
}
