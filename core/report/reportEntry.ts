import type { ImageReport } from '../api/report.ts';
import type { ReportImages } from '../api/reportImages.ts';

/** One image of a batch's report. */
export interface ReportEntry {
  readonly report: ImageReport;
  /** Renders small images of it, or undefined if its files are gone. If absent, the page only has its row. */
  readonly pictures?: () => Promise<ReportImages | undefined>;
}
