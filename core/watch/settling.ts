import { isSameVersion, type FileSnapshot } from './fileSnapshot.ts';

/** A file that did not decode may still be on its way, with pauses; after this it counts as damaged. */
export const GIVE_UP_MS = 10 * 60 * 1000;

/** Pause before a file that did not decode is tried again without having changed. */
const RETRY_MS = 30_000;

interface Waiting {
  readonly look: FileSnapshot;
  /** When the file was first seen as it is now. */
  readonly sinceMs: number;
  readonly dueAtMs: number;
}

/**
 * Which files of a folder are waited for until they look the same twice, `settleMs` apart. Knows no clock: every time
 * is given, in milliseconds of any clock that only goes forward.
 */
export class Settling {
  readonly #settleMs: number;
  readonly #waiting = new Map<string, Waiting>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** When the next file may be ready; Infinity when none is waited for. */
  get nextDueAtMs(): number {
    let next = Infinity;
    for (const { dueAtMs } of this.#waiting.values()) next = Math.min(next, dueAtMs);
    return next;
  }

  /** Notes a look; a file that changed begins anew. */
  see(look: FileSnapshot, nowMs: number): void {
    const known = this.#waiting.get(look.path);
    if (known !== undefined && isSameVersion(known.look, look)) return;
    this.#waiting.set(look.path, { look, sinceMs: nowMs, dueAtMs: nowMs + this.#settleMs });
  }

  /** Files whose second look is due, the longest waiting first. */
  due(nowMs: number): FileSnapshot[] {
    return [...this.#waiting.values()]
      .filter(({ dueAtMs }) => dueAtMs <= nowMs)
      .sort((a, b) => a.sinceMs - b.sinceMs)
      .map(({ look }) => look);
  }

  /**
   * Notes that a file did not decode though it stood still.
   *
   * @returns Whether it is given up: it stood still too long to be on its way.
   */
  refuse(look: FileSnapshot, nowMs: number): boolean {
    const known = this.#waiting.get(look.path);
    if (known === undefined || !isSameVersion(known.look, look)) return false;
    if (nowMs - known.sinceMs >= GIVE_UP_MS) {
      this.#waiting.delete(look.path);
      return true;
    }
    this.#waiting.set(look.path, { ...known, dueAtMs: nowMs + Math.max(RETRY_MS, this.#settleMs) });
    return false;
  }

  forget(file: string): void {
    this.#waiting.delete(file);
  }

  /** All files that are waited for. */
  looks(): FileSnapshot[] {
    return [...this.#waiting.values()].map(({ look }) => look);
  }
}
