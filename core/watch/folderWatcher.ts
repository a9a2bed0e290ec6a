import { stat } from 'node:fs/promises';
import path from 'node:path';
import { EnlargerError, toErrorDto, type ErrorDto } from '../api/errors.ts';
import { hasImageExtension } from '../image/formats.ts';
import { looksLikeImage } from '../image/readInput.ts';
import { nameFilter } from '../jobs/nameFilter.ts';
import { isSameVersion, lookAt, type FileSnapshot } from './fileSnapshot.ts';
import { listenToFolder } from './folderEvents.ts';
import { closedFolders, realFolder } from './loopGuard.ts';
import { isOnNetworkVolume } from './networkVolume.ts';
import { scanAll, scanPaths, type Scanned, type ScanOptions } from './scanFolder.ts';
import { Settling } from './settling.ts';
import { PollLoop } from './pollLoop.ts';
import type { WatchOptions, WatchOwner, WatchState } from './watchOwner.ts';

/** Nothing depends on an event: what none was raised for is found by a full look at the latest after this. */
const RESCAN_MS = 15 * 60 * 1000;
const RESCAN_WITHOUT_EVENTS_MS = 5_000;

/** Events come in bursts; the look waits for their end. */
const BURST_MS = 100;

/** Files that are checked for completeness at the same time. */
const CHECKS_AT_ONCE = 4;

/** What a file that is still being written can look like to a decoder. */
const MAYBE_UNFINISHED = new Set(['image/corrupt', 'input/empty', 'image/timeout']);

/**
 * Watches one folder and hands over every image once, when it is complete. Events only say where to look; looks
 * decide, and a full look at the start, at every trouble and from time to time makes up for events that never came.
 */
export class FolderWatcher {
  readonly #options: WatchOptions;
  readonly #owner: WatchOwner;
  readonly #settling: Settling;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  readonly #turns: PollLoop;
  /** Versions that were passed over for good, so that they are not decoded at every look. */
  readonly #passedOver = new Map<string, FileSnapshot>();
  /** Files and folders that something happened to since the last look. */
  readonly #changed = new Set<string>();
  #scan: ScanOptions;
  #stopListening: (() => Promise<void>) | undefined;
  #state: WatchState | undefined;
  #nextRescanAtMs = 0;

  private constructor(options: WatchOptions, owner: WatchOwner, scan: ScanOptions, now: () => number) {
    this.#options = options;
    this.#owner = owner;
    this.#scan = scan;
    this.#now = now;
    this.#settling = new Settling(options.settleMs);
    this.#turns = new PollLoop(() => this.#turn(), now);
  }

  /**
   * Prepares to watch; `start` begins.
   *
   * @param now A clock that only goes forward, in milliseconds.
   * @throws EnlargerError `watch/feeds-itself`, or `watch/unreachable` when the folder is not there.
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

  /** Begins: listens for events and looks through the whole folder. */
  async start(): Promise<void> {
    await this.#listen();
    this.#turns.ask(this.#now());
  }

  /** Looks through the whole folder now, as after waking from sleep. */
  rescan(): Promise<void> {
    this.#nextRescanAtMs = 0;
    return this.#turns.now();
  }

  /** Files that are waited for until they are complete. */
  get waiting(): number {
    return this.#settling.size;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#stopListening?.();
    await this.#turns.close();
  }

  async #listen(): Promise<void> {
    if (await isOnNetworkVolume(this.#scan.root)) {
      this.#goWithoutEvents('The folder lies on a network volume, which does not tell of changes.');
      return;
    }
    this.#stopListening = listenToFolder(
      { folder: this.#scan.root, recursive: this.#scan.recursive, closedFolders: this.#scan.closedFolders },
      {
        onChange: (changed) => {
          this.#changed.add(changed);
          this.#turns.ask(this.#now() + BURST_MS);
        },
        onTrouble: (error) => {
          void this.#stopListening?.();
          this.#stopListening = undefined;
          this.#goWithoutEvents(`The system tells of no more changes (${error.message}).`);
          this.#nextRescanAtMs = 0;
          this.#turns.ask(this.#now());
        },
      },
    );
    this.#tell({ kind: 'watching' });
  }

  #goWithoutEvents(reason: string): void {
    this.#tell({ kind: 'rescanning', reason, everyMs: this.#rescanMs(true) });
  }

  #rescanMs(withoutEvents: boolean): number {
    return withoutEvents
      ? (this.#options.rescanWithoutEventsMs ?? RESCAN_WITHOUT_EVENTS_MS)
      : (this.#options.rescanMs ?? RESCAN_MS);
  }

  #tell(state: WatchState): void {
    this.#state = state;
    this.#owner.onState(state);
  }

  /** One turn. A failure of the system or of the owner is said, and the turn is taken again later. */
  async #turn(): Promise<number> {
    try {
      if (await this.#isReachable()) return await this.#lookAndTake();
    } catch (error) {
      this.#nextRescanAtMs = 0;
      this.#owner.skip('', toErrorDto(error));
    }
    return this.#now() + this.#rescanMs(true);
  }

  /** Looks where something happened, then takes what is ready. Returns when the next turn is due. */
  async #lookAndTake(): Promise<number> {
    const changed = [...this.#changed];
    this.#changed.clear();
    if (this.#now() >= this.#nextRescanAtMs) {
      const isDeaf = this.#stopListening === undefined;
      this.#nextRescanAtMs = this.#now() + this.#rescanMs(isDeaf);
      await this.#sort(await scanAll(this.#scan));
    } else if (changed.length > 0) await this.#sort(await scanPaths(changed, this.#scan));
    await this.#takeReady();
    return Math.min(this.#nextRescanAtMs, this.#settling.nextDueAtMs);
  }

  /** A volume that went away must neither be made anew nor taken for an empty folder. */
  async #isReachable(): Promise<boolean> {
    try {
      await assertFolder(this.#scan.root);
    } catch (error) {
      if (this.#state?.kind !== 'unreachable') {
        await this.#stopListening?.();
        this.#stopListening = undefined;
        this.#tell({ kind: 'unreachable', error: toErrorDto(error) });
      }
      this.#nextRescanAtMs = 0;
      return false;
    }
    if (this.#state?.kind === 'unreachable') await this.#listen();
    return true;
  }

  /** Sorts what a look showed: new files are waited for, vanished ones said. */
  async #sort(scanned: Scanned): Promise<void> {
    const now = this.#now();
    const candidates = scanned.files.filter((look) => !this.#wasPassedOver(look));
    for (const look of await this.#owner.filterNew(candidates)) this.#settling.see(look, now);
    for (const problem of scanned.problems) this.#passOverPath(problem.path, problem.error);
    const seen = new Set(scanned.files.map((look) => look.path));
    const inodes = new Set(scanned.files.map((look) => look.inode));
    for (const look of this.#settling.looks()) {
      if (scanned.covers(look.path) && !seen.has(look.path)) this.#vanished(look, inodes.has(look.inode));
    }
  }

  #wasPassedOver(look: FileSnapshot): boolean {
    const known = this.#passedOver.get(look.path);
    // Changed permissions change nothing but this time, and can make a file readable.
    return known !== undefined && isSameVersion(known, look) && known.ctimeNs === look.ctimeNs;
  }

  #vanished(look: FileSnapshot, isRenamed: boolean): void {
    this.#settling.forget(look.path);
    if (isRenamed) return;
    const message = `${look.relativePath} was removed or renamed before it was complete.`;
    this.#owner.skip(look.relativePath, { code: 'input/not-found', message });
  }

  #passOverPath(file: string, error: ErrorDto): void {
    const known = this.#passedOver.get(file);
    if (known !== undefined) return;
    const relativePath = path.relative(this.#scan.root, file);
    const nothing = { sizeBytes: 0, mtimeNs: '', inode: '', ctimeNs: '' };
    this.#passedOver.set(file, { path: file, relativePath, ...nothing });
    this.#owner.skip(relativePath, error);
  }

  #passOver(look: FileSnapshot, error: ErrorDto): void {
    this.#settling.forget(look.path);
    this.#passedOver.set(look.path, look);
    this.#owner.skip(look.relativePath, error);
  }

  async #takeReady(): Promise<void> {
    const queue = this.#settling.due(this.#now()).values();
    const runner = async (): Promise<void> => {
      for (const look of queue) {
        if (this.#stop.signal.aborted) return;
        await this.#takeIfComplete(look);
      }
    };
    await Promise.all(Array.from({ length: CHECKS_AT_ONCE }, runner));
  }

  async #takeIfComplete(look: FileSnapshot): Promise<void> {
    try {
      if (!(await this.#isUnchanged(look))) return;
      await this.#assertPicture(look);
      await this.#owner.decode(look.path, this.#stop.signal);
      // It may have been written on while it was decoded.
      if (!(await this.#isUnchanged(look))) return;
    } catch (error) {
      this.#judge(look, toErrorDto(error));
      return;
    }
    await this.#owner.take(look);
    this.#settling.forget(look.path);
  }

  /** The second look; what has changed begins anew, what is gone is said. */
  async #isUnchanged(look: FileSnapshot): Promise<boolean> {
    const second = await lookAt(look.path, look.relativePath);
    if (second === undefined) {
      this.#vanished(look, false);
      return false;
    }
    this.#settling.see(second, this.#now());
    return isSameVersion(look, second);
  }

  async #assertPicture(look: FileSnapshot): Promise<void> {
    if (hasImageExtension(look.path) || (await looksLikeImage(look.path))) return;
    const message = `${look.relativePath} is no image that can be read.`;
    throw new EnlargerError('image/unsupported-format', message);
  }

  #judge(look: FileSnapshot, error: ErrorDto): void {
    if (error.code === 'job/cancelled') return;
    const isHopeless = !MAYBE_UNFINISHED.has(error.code) || this.#settling.refuse(look, this.#now());
    if (isHopeless) this.#passOver(look, error);
  }
}

async function assertFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch(() => undefined);
  if (stats?.isDirectory() === true) return;
  const message = `The folder ${folder} cannot be reached. It is looked for again until it is back.`;
  throw new EnlargerError('watch/unreachable', message, { folder });
}
