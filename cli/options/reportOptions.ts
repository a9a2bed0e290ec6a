import path from 'node:path';
import type { Command } from 'commander';
import { REPORT_FORMATS, type ReportFormat } from '../../core/api/batchSpec.ts';
import { EnlargerError } from '../../core/api/errors.ts';
import type { BatchReportRequest } from '../../core/host/reports/batchReports.ts';
import { reportLanguage } from '../../core/host/reports/reportLanguage.ts';

/** The report options, as parsed by commander. */
export interface RawReportOptions {
  readonly measure: boolean;
  readonly report: readonly string[];
  readonly reportEach: boolean;
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

/** Adds the report options to a command. */
export function addReportOptions(command: Command): Command {
  return command
    .option('--report <file>', 'write a report of the batch as .json, .csv or .html; repeatable', collect, [])
    .option('--report-each', 'write a JSON report next to every result', false)
    .option('--no-measure', 'do not check the results')
    .option(
      '--from-report <file>',
      'repeat the results of a JSON report, byte for byte, where they were or into -o',
    );
}

function formatOf(file: string): ReportFormat {
  const ending = path.extname(file).slice(1).toLowerCase();
  const format = REPORT_FORMATS.find((known) => known === ending);
  if (format !== undefined) return format;
  const message = `Unknown report format: ${file}. Use a name ending in .json, .csv or .html.`;
  throw new EnlargerError('usage/invalid-option', message, { file });
}

/** @throws EnlargerError `usage/invalid-option` if a report's name has an unknown extension. */
export function toReportRequest({ measure, report, reportEach }: RawReportOptions): BatchReportRequest {
  const files = report.map((file) => ({ path: path.resolve(file), format: formatOf(file) }));
  return { measure, files, each: reportEach, language: reportLanguage() };
}
