import type { ErrorDto } from '../api/errors.ts';
import type { NamePatterns } from '../jobs/nameFilter.ts';
import type { FileSnapshot } from './fileSnapshot.ts';

export interface WatchOptions extends NamePatterns {
  readonly folder: string;
  readonly recursive: boolean;
  /** A file is taken when two looks so far apart show the same. */
  readonly settleMs: number;
  /** Folders that results and moved originals go to. */
  readonly outputs: readonly string[];
  /** Pause between two full looks while events come, and while they do not. */
  readonly rescanMs?: number;
  readonly rescanWithoutEventsMs?: number;
}

/** How the folder is watched at the moment. */
export type WatchState =
  | { readonly kind: 'watching' }
  | { readonly kind: 'rescanning'; readonly reason: string; readonly everyMs: number }
  | { readonly kind: 'unreachable'; readonly error: ErrorDto };

/** What a watcher needs of its owner, who remembers across restarts. */
export interface WatchOwner {
  /** Of these files, those that were never taken in this version and are no results of the program. */
  readonly filterNew: (looks: readonly FileSnapshot[]) => Promise<readonly FileSnapshot[]>;
  /**
   * Decodes a file to its end, in a process of its own.
   *
   * @throws EnlargerError when it does not decode; `image/corrupt`, `input/empty` and `image/timeout` can mean that it
   * is not complete yet.
   */
  readonly decode: (file: string, signal: AbortSignal) => Promise<void>;
  /** Takes a complete image; durable when it resolves, and idempotent. */
  readonly take: (look: FileSnapshot) => Promise<void>;
  /** Says what was not taken and why. */
  readonly skip: (relativePath: string, error: ErrorDto) => void;
  readonly onState: (state: WatchState) => void;
}
