/**
 * @file Watches one folder; in the order of a file's life: `folderEvents.ts` reports changes and `scanFolder.ts` finds
 * files (left out: names of `core/jobs/ignoredNames.ts`, folders of `loopGuard.ts`), `fileSnapshot.ts` describes each,
 * `settling.ts` waits until it no longer changes, `assertWritten.ts` and the owner's decoder prove that it is complete, the
 * owner (`watchOwner.ts`) accepts it, and `moveOriginal.ts` moves it away when its result is there. `pollLoop.ts` runs
 * all of this, `networkVolume.ts` detects volumes without events.
 */
import path from 'node:path';
import { EnlargerError, toErrorDto, type ErrorDto } from '../api/errors.ts';
import { hasImageExtension } from '../api/imageFormats.ts';
import { looksLikeImage } from '../image/readInput.ts';
import { nameFilter } from '../jobs/nameFilter.ts';
import { assertFolder } from './assertFolder.ts';
import { assertWritten } from './assertWritten.ts';
import { isSameVersion, takeSnapshot, type FileSnapshot } from './fileSnapshot.ts';
import { listenToFolder } from './folderEvents.ts';
import { realFolder } from '../files/realFolder.ts';
import { closedFolders } from './loopGuard.ts';
import { isOnNetworkVolume } from './networkVolume.ts';
import { PollLoop } from './pollLoop.ts';
import { scanAll, scanPaths, type Scanned, type ScanOptions } from './scanFolder.ts';
import { Settling, type WaitingFile } from './settling.ts';
import { SkippedFiles } from './skippedFiles.ts';
import type { WatchOptions, WatchOwner, WatchState } from './watchOwner.ts';

/** Nothing depends on events: a full scan finds files without one after at most this time. */
const RESCAN_MS = 15 * 60 * 1000;
const RESCAN_WITHOUT_EVENTS_MS = 5_000;

/** Events come in bursts; the scan waits for their end. */
const BURST_MS = 100;

/** Files that are checked for completeness at the same time. */
const CHECKS_AT_ONCE = 4;

/** Errors with which a file that is still being written can fail to decode. */
const MAYBE_UNFINISHED = new Set(['image/corrupt', 'input/empty', 'image/timeout']);

/**
 * Watches one folder and reports every image once, when it is complete. Events only hint where to look; snapshots
 * decide, and a full scan at the start, after problems and from time to time finds what events missed.
 */
export class FolderWatcher {
  readonly #options: WatchOptions;
  readonly #owner: WatchOwner;
  readonly #settling: Settling;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  readonly #polls: PollLoop;
  readonly #skipped: SkippedFiles;
  /** Files and folders with an event since the last scan. */
  readonly #changed = new Set<string>();
  readonly #scan: ScanOptions;
  #stopListening: (() => Promise<void>) | undefined;
  #state: WatchState | undefined;
  #nextRescanAtMs = 0;

  private constructor(options: WatchOptions, owner: WatchOwner, scan: ScanOptions, now: () => number) {
    this.#options = options;
    this.#owner = owner;
    this.#scan = scan;
    this.#now = now;
    this.#settling = new Settling(options.settleMs);
    this.#skipped = new SkippedFiles((file, error) => {
      owner.skip(path.relative(scan.root, file), error);
    });
    this.#polls = new PollLoop(() => this.#poll(), now);
  }

  /**
   * Prepares to watch; `start` begins.
   *
   * @param now A clock that only goes forward, in milliseconds.
   * @throws EnlargerError `watch/feeds-itself`, or `watch/unreachable` when the folder does not exist.
   */
  static async open(
    options: WatchOptions,
    owner: WatchOwner,
    now: () => number = () => performance.now(),
  ): Promise<FolderWatcher> {
    const root = await realFolder(options.folder);
    await assertFolder(root);
    const scan = {
      root,
      recursive: options.recursive,
      isWanted: nameFilter(options),
      closedFolders: await closedFolders(root, options.outputs),
    };
    return new FolderWatcher(options, owner, scan, now);
  }

  /** Begins: listens for events and scans the whole folder. */
  async start(): Promise<void> {
    await this.#listen();
    this.#polls.request(this.#now());
  }

  /** Scans the whole folder now, as after waking from sleep. */
  rescan(): Promise<void> {
    this.#nextRescanAtMs = 0;
    return this.#polls.now();
  }

  /** Files that are not complete yet. */
  get waiting(): readonly WaitingFile[] {
    return this.#settling.waiting();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#stopListening?.();
    await this.#polls.close();
  }

  async #listen(): Promise<void> {
    if (await isOnNetworkVolume(this.#scan.root)) {
      this.#rescanOnly('The folder is on a network volume, which does not report changes.');
      return;
    }
    this.#stopListening = listenToFolder(
      { folder: this.#scan.root, recursive: this.#scan.recursive, closedFolders: this.#scan.closedFolders },
      {
        onChange: (changed) => {
          this.#changed.add(changed);
          this.#polls.request(this.#now() + BURST_MS);
        },
        // Files that were added after the first scan, while the watcher of a large folder was starting, had no event.
        onReady: () => {
          this.#nextRescanAtMs = 0;
          this.#polls.request(this.#now());
        },
        onTrouble: (error) => {
          void this.#stopListening?.();
          this.#stopListening = undefined;
          this.#rescanOnly(`The system no longer reports changes (${error.message}).`);
          this.#nextRescanAtMs = 0;
          this.#polls.request(this.#now());
        },
      },
    );
    this.#setState({ kind: 'watching' });
  }

  #rescanOnly(reason: string): void {
    this.#setState({ kind: 'rescanning', reason, everyMs: this.#rescanMs(true) });
  }

  #rescanMs(withoutEvents: boolean): number {
    return withoutEvents
      ? (this.#options.rescanWithoutEventsMs ?? RESCAN_WITHOUT_EVENTS_MS)
      : (this.#options.rescanMs ?? RESCAN_MS);
  }

  #setState(state: WatchState): void {
    this.#state = state;
    this.#owner.onState(state);
  }

  /** One poll. A failure of the system or of the owner is reported, and the poll is repeated later. */
  async #poll(): Promise<number> {
    try {
      if (await this.#isReachable()) return await this.#scanAndAccept();
    } catch (error) {
      this.#nextRescanAtMs = 0;
      this.#owner.skip('', toErrorDto(error));
    }
    return this.#now() + this.#rescanMs(true);
  }

  /** Scans where something happened, then accepts what is ready. Returns when the next poll is due. */
  async #scanAndAccept(): Promise<number> {
    const changed = [...this.#changed];
    this.#changed.clear();
    if (this.#now() >= this.#nextRescanAtMs) {
      const isDeaf = this.#stopListening === undefined;
      this.#nextRescanAtMs = this.#now() + this.#rescanMs(isDeaf);
      this.#skipped.allowRetries();
      const scanned = await scanAll(this.#scan);
      // A volume that went away during the scan looks like an empty folder.
      await assertFolder(this.#scan.root);
      this.#owner.keepOnly(new Set(scanned.files.map((file) => file.path)), scanned.covers);
      await this.#sort(scanned);
    } else if (changed.length > 0) {
      const scanned = await scanPaths(changed, this.#scan);
      await assertFolder(this.#scan.root);
      this.#owner.forget(scanned.gone);
      await this.#sort(scanned);
    }
    await this.#acceptReady();
    return Math.min(this.#nextRescanAtMs, this.#settling.nextDueAtMs);
  }

  /** A volume that went away must neither be recreated nor be mistaken for an empty folder. */
  async #isReachable(): Promise<boolean> {
    try {
      await assertFolder(this.#scan.root);
    } catch (error) {
      if (this.#state?.kind !== 'unreachable') {
        await this.#stopListening?.();
        this.#stopListening = undefined;
        this.#setState({ kind: 'unreachable', error: toErrorDto(error) });
      }
      this.#nextRescanAtMs = 0;
      return false;
    }
    if (this.#state?.kind === 'unreachable') await this.#listen();
    return true;
  }

  /** Processes the outcome of a scan: new files wait until they are complete, vanished ones are reported. */
  async #sort(scanned: Scanned): Promise<void> {
    const now = this.#now();
    const candidates = scanned.files.filter((file) => !this.#skipped.has(file));
    for (const file of await this.#owner.filterNew(candidates)) this.#settling.note(file, now);
    for (const problem of scanned.problems) this.#skipped.addProblem(problem.path, problem.error);
    const seen = new Set(scanned.files.map((file) => file.path));
    const inodes = new Set(scanned.files.map((file) => file.inode));
    for (const { snapshot } of this.#settling.waiting()) {
      const isGone = scanned.covers(snapshot.path) && !seen.has(snapshot.path);
      if (isGone) this.#vanished(snapshot, inodes.has(snapshot.inode));
    }
  }

  #vanished(snapshot: FileSnapshot, isRenamed: boolean): void {
    this.#settling.forget(snapshot.path);
    if (isRenamed) return;
    const message = `${snapshot.relativePath} was removed or renamed before it was complete.`;
    this.#owner.skip(snapshot.relativePath, { code: 'input/not-found', message });
  }

  async #acceptReady(): Promise<void> {
    const queue = this.#settling.due(this.#now()).values();
    const runner = async (): Promise<void> => {
      for (const snapshot of queue) {
        if (this.#stop.signal.aborted) return;
        await this.#acceptIfComplete(snapshot);
      }
    };
    await Promise.all(Array.from({ length: CHECKS_AT_ONCE }, runner));
  }

  async #acceptIfComplete(snapshot: FileSnapshot): Promise<void> {
    if (!(await this.#isUnchanged(snapshot))) return;
    const error = await this.#problemOf(snapshot);
    // It may have been written to while it was decoded.
    if (this.#stop.signal.aborted || !(await this.#isUnchanged(snapshot))) return;
    if (error !== undefined && !this.#isFitAnyway(snapshot, error)) return;
    await this.#owner.accept(snapshot);
    this.#settling.forget(snapshot.path);
  }

  /** Why a file is not a complete image, or undefined for one that is. */
  async #problemOf(snapshot: FileSnapshot): Promise<ErrorDto | undefined> {
    try {
      await assertWritten(snapshot.path);
      await assertImage(snapshot);
      await this.#owner.check(snapshot.path, this.#stop.signal);
      return undefined;
    } catch (error) {
      const { code } = toErrorDto(error);
      if (code !== 'internal/bug') return toErrorDto(error);
      const message = `${snapshot.relativePath} cannot be read: ${String(error)}`;
      return { code: 'input/unreadable', message };
    }
  }

  /** The second snapshot; a file that has changed starts over, and one that is gone is reported. */
  async #isUnchanged(snapshot: FileSnapshot): Promise<boolean> {
    const second = await takeSnapshot(snapshot.path, snapshot.relativePath);
    if (second === undefined) {
      this.#vanished(snapshot, false);
      return false;
    }
    this.#settling.note(second, this.#now());
    return isSameVersion(snapshot, second);
  }

  /**
   * A file that has not changed for long enough is left to its job, which can handle damaged images; so is one that
   * could not be checked. All others keep waiting, or are skipped for good.
   */
  #isFitAnyway(snapshot: FileSnapshot, error: ErrorDto): boolean {
    if (error.code.startsWith('worker/')) return true;
    if (!MAYBE_UNFINISHED.has(error.code)) {
      this.#settling.forget(snapshot.path);
      this.#skipped.add(snapshot, error);
      return false;
    }
    const ageMs = Date.now() - Number(BigInt(snapshot.ctimeNs) / 1_000_000n);
    return this.#settling.postpone(snapshot, { nowMs: this.#now(), ageMs, error });
  }
}

async function assertImage(snapshot: FileSnapshot): Promise<void> {
  if (hasImageExtension(snapshot.path) || (await looksLikeImage(snapshot.path))) return;
  const message = `${snapshot.relativePath} is not an image of a supported format.`;
  throw new EnlargerError('image/unsupported-format', message);
}
