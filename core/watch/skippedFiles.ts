import type { ErrorDto } from '../api/errors.ts';
import { isSameVersion, type FileSnapshot } from './fileSnapshot.ts';

interface Skipped {
  readonly snapshot: FileSnapshot;
  readonly code: ErrorDto['code'];
  /** Its cause may pass without a change of the file, e.g. permissions of a folder above it. */
  mayRetry: boolean;
}

/** Files that were skipped, so that each is decoded and reported only once as long as it does not change. */
export class SkippedFiles {
  readonly #report: (file: string, error: ErrorDto) => void;
  readonly #files = new Map<string, Skipped>();
  /** Paths that could not even be examined, with the reason. */
  readonly #problems = new Map<string, ErrorDto['code']>();

  constructor(report: (file: string, error: ErrorDto) => void) {
    this.#report = report;
  }

  /** Whether this version was skipped for good. */
  has(snapshot: FileSnapshot): boolean {
    const known = this.#files.get(snapshot.path);
    if (known === undefined || known.mayRetry) return false;
    // Changing permissions affects only this time, and can make a file readable.
    return isSameVersion(known.snapshot, snapshot) && known.snapshot.ctimeNs === snapshot.ctimeNs;
  }

  add(snapshot: FileSnapshot, error: ErrorDto): void {
    const known = this.#files.get(snapshot.path);
    this.#files.set(snapshot.path, { snapshot, code: error.code, mayRetry: false });
    const isKnown =
      known?.code === error.code &&
      isSameVersion(known.snapshot, snapshot) &&
      known.snapshot.ctimeNs === snapshot.ctimeNs;
    if (!isKnown) this.#report(snapshot.path, error);
  }

  addProblem(file: string, error: ErrorDto): void {
    if (this.#problems.get(file) === error.code) return;
    this.#problems.set(file, error.code);
    this.#report(file, error);
  }

  /** Files that could not be read are tried once more at the next scan. */
  allowRetries(): void {
    for (const skipped of this.#files.values()) {
      if (skipped.code.startsWith('input/')) skipped.mayRetry = true;
    }
  }
}
