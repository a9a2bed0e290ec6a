/**
 * @file Reports as files. `renderReport.ts` renders one from `reportEntry.ts` and `reportedBatch.ts`, part by part, as
 * `jsonReport.ts`, `csvReport.ts` or `htmlReport.ts`. The page consists of `reportHistogram.ts`, `imageTable.ts` and
 * one
 * `imageSection.ts` per image, in the words of `reportWords.ts`, with its `reportStyle.ts` and `reportScript.ts`;
 * `markup.ts` escapes everything.
 */
import type { ReportFormat } from '../api/batchSpec.ts';
import { CSV_HEADER, csvOutcomeRow, csvRow } from './csvReport.ts';
import { htmlReport } from './htmlReport.ts';
import { jsonBatchReport } from './jsonReport.ts';
import type { ReportedBatch } from './reportedBatch.ts';
import type { ReportLanguage } from './reportWords.ts';

async function* csvReport({ entries, failures, others }: ReportedBatch): AsyncGenerator<string> {
  yield CSV_HEADER;
  for await (const { report } of entries) yield csvRow(report);
  for await (const { input, error } of failures)
    yield csvOutcomeRow({ input, state: 'failed', cause: error.code, message: error.message });
  for await (const { reason, ...other } of others) yield csvOutcomeRow({ ...other, cause: reason });
}

/**
 * A batch's report in one of the formats, part by part.
 *
 * @param language Of the HTML page; the other formats have no sentences.
 */
export function renderReport(
  batch: ReportedBatch,
  format: ReportFormat,
  language: ReportLanguage,
): AsyncGenerator<string> {
  switch (format) {
    case 'json':
      return jsonBatchReport(batch);
    case 'csv':
      return csvReport(batch);
    case 'html':
      return htmlReport(batch, language);
  }
}
