import type { EnlargerError } from '../../api/errors.ts';

/** A library gave up in the middle of its work; it must not be used again. */
export class BrokenLibraryError extends Error {
  readonly reason: EnlargerError;

  constructor(reason: EnlargerError) {
    super(reason.message, { cause: reason });
    this.name = 'BrokenLibraryError';
    this.reason = reason;
  }
}
