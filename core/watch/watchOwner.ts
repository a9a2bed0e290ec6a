import type { ErrorDto } from '../api/errors.ts';
import type { NamePatterns } from '../jobs/nameFilter.ts';
import type { FileSnapshot } from './fileSnapshot.ts';

export interface WatchOptions extends NamePatterns {
  readonly folder: string;
  readonly recursive: boolean;
  /** A file is accepted when two snapshots, this far apart, are the same. */
  readonly settleMs: number;
  /** Folders that results and moved originals go to. */
  readonly outputs: readonly string[];
  /** Pause between two full scans while events arrive, and while they do not. */
  readonly rescanMs?: number;
  readonly rescanWithoutEventsMs?: number;
}

/** How the folder is watched at the moment. */
export type WatchState =
  | { readonly kind: 'watching' }
  | { readonly kind: 'rescanning'; readonly reason: string; readonly everyMs: number }
  | { readonly kind: 'unreachable'; readonly error: ErrorDto };

/** The functions that a watcher needs from its owner, which keeps state across restarts. */
export interface WatchOwner {
  /** The files among these whose present version was not accepted yet. */
  readonly filterNew: (snapshots: readonly FileSnapshot[]) => Promise<readonly FileSnapshot[]>;
  /** These files and folders are gone: one that reappears under its name is new. */
  readonly forget: (paths: readonly string[]) => void;
  /**
   * All files after a full scan; an accepted file that the scan should have found, but did not, is gone.
   */
  readonly keepOnly: (seen: ReadonlySet<string>, covers: (file: string) => boolean) => void;
  /**
   * Decodes a file to the end, strictly, in a separate process.
   *
   * @throws EnlargerError if it does not decode; `image/corrupt`, `input/empty` and `image/timeout` can mean that it
   * is not complete yet, and `worker/…` that it could not be checked.
   */
  readonly check: (file: string, signal: AbortSignal) => Promise<void>;
  /** Accepts an image; durable when it resolves, and idempotent. */
  readonly accept: (snapshot: FileSnapshot) => Promise<void>;
  /** Reports a file that was not accepted, and why. */
  readonly skip: (relativePath: string, error: ErrorDto) => void;
  readonly onState: (state: WatchState) => void;
}
