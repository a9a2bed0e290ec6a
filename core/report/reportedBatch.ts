import type { OtherInput, ReportedFailure } from '../api/report.ts';
import type { ReportEntry } from './reportEntry.ts';

/** The content of a whole batch's report; its parts come one after the other, in the order of the jobs. */
export interface ReportedBatch {
  /** Name and version. */
  readonly program: string;
  /** ISO 8601. */
  readonly finishedAt: string;
  readonly entries: Iterable<ReportEntry> | AsyncIterable<ReportEntry>;
  readonly failures: Iterable<ReportedFailure> | AsyncIterable<ReportedFailure>;
  /** Inputs that are in neither of these. */
  readonly others: Iterable<OtherInput> | AsyncIterable<OtherInput>;
}
