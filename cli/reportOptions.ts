import path from 'node:path';
import type { Command } from 'commander';
import { REPORT_FORMATS, type ReportFormat } from '../core/api/batchSpec.ts';
import { EnlargerError } from '../core/api/errors.ts';
import type { BatchReportRequest } from '../core/host/reports/batchReports.ts';
import { reportLanguage } from '../core/host/reports/reportLanguage.ts';

/** The options about reports as commander hands them over. */
export interface RawReportOptions {
  readonly measure: boolean;
  readonly report: readonly string[];
  readonly reportEach: boolean;
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

/** Adds the options about reports to a command. */
export function addReportOptions(command: Command): Command {
  return command
    .option('--report <file>', 'report of the batch as .json, .csv or .html; may be repeated', collect, [])
    .option('--report-each', 'a JSON report beside every result', false)
    .option('--no-measure', 'do not judge the results')
    .option('--from-report <file>', 'make the results of a JSON report again, to the byte');
}

function formatOf(file: string): ReportFormat {
  const ending = path.extname(file).slice(1).toLowerCase();
  const format = REPORT_FORMATS.find((known) => known === ending);
  if (format !== undefined) return format;
  const message = `The report ${file} has to end in .json, .csv or .html.`;
  throw new EnlargerError('usage/invalid-option', message, { file });
}

/** @throws EnlargerError `usage/invalid-option` where a report's name has no known ending. */
export function toReportRequest({ measure, report, reportEach }: RawReportOptions): BatchReportRequest {
  const files = report.map((file) => ({ path: path.resolve(file), format: formatOf(file) }));
  return { measure, files, each: reportEach, language: reportLanguage() };
}
