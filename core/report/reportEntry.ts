import type { PictureReport } from '../api/report.ts';
import type { ReportPictures } from '../api/reportPictures.ts';

/** One picture of the HTML report. */
export interface ReportEntry {
  readonly report: PictureReport;
  readonly pictures?: ReportPictures;
}
