import type { ErrorDto } from '../api/errors.ts';
import { isSameVersion, type FileSnapshot } from './fileSnapshot.ts';

/** A file that does not decode may still be arriving, with pauses; after this time it is treated as complete. */
export const GIVE_UP_MS = 10 * 60 * 1000;

/** Pause before a file that did not decode is tried again without having changed. */
const RETRY_MS = 30_000;

/** A file that is not accepted yet. */
export interface WaitingFile {
  readonly snapshot: FileSnapshot;
  /** Why it was not complete the last time; absent before the first try. */
  readonly error?: ErrorDto;
}

interface Entry extends WaitingFile {
  /** When the file was first seen in its present state. */
  readonly sinceMs: number;
  readonly dueAtMs: number;
}

/**
 * The files of a folder that wait until two snapshots, `settleMs` apart, are equal. It has no clock: every
 * time is given, in milliseconds of any clock that only goes forward.
 */
export class Settling {
  readonly #settleMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** When the next file may be ready; Infinity if no file waits. */
  get nextDueAtMs(): number {
    let next = Infinity;
    for (const { dueAtMs } of this.#entries.values()) next = Math.min(next, dueAtMs);
    return next;
  }

  /** Notes a snapshot; for a file that changed, the time starts over. */
  note(snapshot: FileSnapshot, nowMs: number): void {
    const known = this.#entries.get(snapshot.path);
    if (known !== undefined && isSameVersion(known.snapshot, snapshot)) return;
    this.#entries.set(snapshot.path, { snapshot, sinceMs: nowMs, dueAtMs: nowMs + this.#settleMs });
  }

  /** Files whose second snapshot is due, the longest waiting first. */
  due(nowMs: number): FileSnapshot[] {
    return [...this.#entries.values()]
      .filter(({ dueAtMs }) => dueAtMs <= nowMs)
      .sort((a, b) => a.sinceMs - b.sinceMs)
      .map(({ snapshot }) => snapshot);
  }

  /**
   * Notes that a file did not decode although it had not changed.
   *
   * @param error Why; `details.patienceMs` can shorten the wait.
   * @param ageMs How long ago the file was last changed, by the clock of its volume.
   * @returns Whether waiting is over, because it has not changed for too long.
   */
  postpone(
    snapshot: FileSnapshot,
    { nowMs, ageMs, error }: { readonly nowMs: number; readonly ageMs: number; readonly error: ErrorDto },
  ): boolean {
    const known = this.#entries.get(snapshot.path);
    if (known === undefined || !isSameVersion(known.snapshot, snapshot)) return false;
    const patienceMs = Number(error.details?.['patienceMs'] ?? GIVE_UP_MS);
    if (Math.max(nowMs - known.sinceMs, ageMs) >= patienceMs) {
      this.#entries.delete(snapshot.path);
      return true;
    }
    const dueAtMs = nowMs + Math.max(RETRY_MS, this.#settleMs);
    this.#entries.set(snapshot.path, { ...known, error, dueAtMs });
    return false;
  }

  forget(file: string): void {
    this.#entries.delete(file);
  }

  /** All files that wait. */
  waiting(): readonly WaitingFile[] {
    return [...this.#entries.values()];
  }
}
