import type { PictureReport } from '../api/report.ts';

/** One picture of the report; the previews are `data:` URIs of small PNG, JPEG or WebP pictures of equal size. */
export interface ReportEntry {
  readonly report: PictureReport;
  readonly previews?: { readonly before: string; readonly after: string };
}
