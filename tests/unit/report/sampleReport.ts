import { readFileSync } from 'node:fs';
import { imageReportSchema, type ImageReport, type QualityReport } from '../../../core/api/report.ts';

/** The saved report of version 1. */
export function sampleReport(): ImageReport {
  const file = new URL('../../fixtures/report/report-1.json', import.meta.url);
  return imageReportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The saved report, of an output with another name. */
export function reportNamed(path: string): ImageReport {
  const report = sampleReport();
  return { ...report, output: { ...report.output, path } };
}

/** The measurements of the saved report's image. */
export function sampleQuality(): QualityReport {
  const { quality } = sampleReport();
  if (quality === null) throw new TypeError('the saved report has no measurement');
  return quality;
}
