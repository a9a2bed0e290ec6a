import { sweepAttempt, type AttemptFiles } from './attemptFiles.ts';

/** Attempts whose files are still deleted by name. */
const MAX_REMEMBERED = 10_000;

/** Attempts that no longer count: their machines may not know that yet and write once more. */
export class WithdrawnAttempts {
  readonly #files = new Map<string, AttemptFiles>();

  /** Deletes the files that exist now, and remembers the attempt. */
  add(id: string, files: AttemptFiles): void {
    this.#files.set(id, files);
    const [oldest] = this.#files.keys();
    if (this.#files.size > MAX_REMEMBERED && oldest !== undefined) this.#files.delete(oldest);
    void sweepAttempt(files);
  }

  /** Deletes the files of a late result. */
  async sweep(id: string): Promise<void> {
    const files = this.#files.get(id);
    if (files !== undefined) await sweepAttempt(files);
  }

  async sweepAll(): Promise<void> {
    for (const files of this.#files.values()) await sweepAttempt(files);
  }
}
