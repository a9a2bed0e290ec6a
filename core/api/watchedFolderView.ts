import type { ErrorDto } from './errors.ts';
import type { Timestamp } from './views.ts';

/** A watched folder, its state, and what it has accepted and skipped. */
export interface WatchedFolderView {
  readonly id: number;
  readonly folder: string;
  readonly presetId: string;
  readonly state:
    | { readonly kind: 'watching' }
    | { readonly kind: 'paused' }
    /** No events arrive (network folder, too many folders); the folder is scanned regularly instead. */
    | { readonly kind: 'rescanning'; readonly reason: string; readonly everyMs: number }
    | { readonly kind: 'unreachable'; readonly error: ErrorDto };
  readonly settleMs: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly moveOriginalsTo?: string;
  readonly taken: number;
  readonly lastActivityAt?: Timestamp;
  /** Skipped files, newest first, with the reason. */
  readonly passedOver: readonly {
    readonly name: string;
    readonly error: ErrorDto;
    readonly at: Timestamp;
  }[];
}
