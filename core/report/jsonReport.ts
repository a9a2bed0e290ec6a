import {
  batchReportSchema,
  pictureReportSchema,
  type BatchReport,
  type PictureReport,
} from '../api/report.ts';

/**
 * One picture's report as a file: JSON with a final newline.
 *
 * @throws ZodError when the report does not fit its schema (our bug, not the user's).
 */
export function jsonReport(report: PictureReport): string {
  return `${JSON.stringify(pictureReportSchema.parse(report), null, 2)}\n`;
}

/**
 * A whole batch in one file.
 *
 * @throws ZodError when it does not fit its schema (our bug, not the user's).
 */
export function jsonBatchReport(report: BatchReport): string {
  return `${JSON.stringify(batchReportSchema.parse(report), null, 2)}\n`;
}
