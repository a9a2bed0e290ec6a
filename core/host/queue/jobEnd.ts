import type { ExistsPolicy } from '../../api/batchSpec.ts';
import type { ErrorDto } from '../../api/errors.ts';
import type { SkipReason } from '../../api/report.ts';
import type { Hindrance } from '../../api/views.ts';
import type { ImageReport } from '../../api/report.ts';
import type { EnlargedImage } from '../../pool/messages.ts';
import type { MadeImage } from '../../store/madeImage.ts';

/** How a job that was under way ended. */
export type JobEnd =
  | {
      readonly kind: 'done';
      readonly outputPath: string;
      readonly picture: EnlargedImage;
      readonly made: MadeImage;
      /** What is known of the result, if it was requested. */
      readonly report?: ImageReport;
      /** The report file next to the result. */
      readonly reportPath?: string;
      /** What went wrong after the result got its name. */
      readonly warnings?: readonly string[];
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly outputPath?: string }
  | { readonly kind: 'failed'; readonly error: ErrorDto }
  | { readonly kind: 'cancelled' }
  /** Back in the queue, at its old place. */
  | { readonly kind: 'put-back'; readonly reason: 'paused' }
  | { readonly kind: 'put-back'; readonly reason: 'hindered'; readonly hindrance: Hindrance };

/** Why a job is in the queue again, as the store has it. */
export function putBackReason(end: Extract<JobEnd, { kind: 'put-back' }>): string {
  if (end.reason === 'paused') return end.reason;
  return end.hindrance.kind === 'disk-full' ? 'no-space' : end.hindrance.kind;
}

/** A result under its temporary name. */
export interface FinishedImage {
  readonly tempPath: string;
  /** Where its further pages are, if each has a separate file. */
  readonly scratchFolder: string;
  readonly result: EnlargedImage;
  readonly exists: ExistsPolicy;
  /** Names of the files of further pages that had to be written again; those of other pages exist. Usually empty. */
  readonly missing: readonly string[];
  /** The version of the file at the target that it may replace. */
  readonly replaces?: string;
}
