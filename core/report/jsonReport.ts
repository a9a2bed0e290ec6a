import { pictureReportSchema, type PictureReport } from '../api/report.ts';

/**
 * One picture's report as a file: JSON with a final newline.
 *
 * @throws ZodError when the report does not fit its schema (our bug, not the user's).
 */
export function jsonReport(report: PictureReport): string {
  return `${JSON.stringify(pictureReportSchema.parse(report), null, 2)}\n`;
}
