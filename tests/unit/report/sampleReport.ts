import { readFileSync } from 'node:fs';
import { pictureReportSchema, type PictureReport } from '../../../core/api/report.ts';

/** The saved report of version 1. */
export function sampleReport(): PictureReport {
  const file = new URL('../../fixtures/report/report-1.json', import.meta.url);
  return pictureReportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The saved report, of an output with another name. */
export function reportNamed(path: string): PictureReport {
  const report = sampleReport();
  return { ...report, output: { ...report.output, path } };
}
