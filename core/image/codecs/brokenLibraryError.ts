import type { EnlargerError } from '../../api/errors.ts';

/** A library failed in the middle of its work and must not be used again. */
export class BrokenLibraryError extends Error {
  readonly reason: EnlargerError;

  constructor(reason: EnlargerError) {
    super(reason.message, { cause: reason });
    this.name = 'BrokenLibraryError';
    this.reason = reason;
  }
}
