import type { PictureReport } from '../api/report.ts';
import type { ReportPictures } from '../api/reportPictures.ts';

/** One picture of a batch's report. */
export interface ReportEntry {
  readonly report: PictureReport;
  /** Makes small pictures of it; `undefined` where its files are gone. Absent: the page has only its row. */
  readonly pictures?: () => Promise<ReportPictures | undefined>;
}
