import { BATCH_REPORT_SCHEMA, failureSchema, imageReportSchema, type ImageReport } from '../api/report.ts';
import type { ReportedBatch } from './reportedBatch.ts';

/**
 * One image's report as a file: JSON with a final newline.
 *
 * @throws ZodError when the report does not fit its schema (our bug, not the user's).
 */
export function jsonReport(report: ImageReport): string {
  return `${JSON.stringify(imageReportSchema.parse(report), null, 2)}\n`;
}

/** A value as an entry of a list inside an object, indented to match. */
function listed(value: unknown, isFirst: boolean): string {
  const text = JSON.stringify(value, null, 2).replaceAll('\n', '\n    ');
  return `${isFirst ? '' : ','}\n    ${text}`;
}

/**
 * A whole batch in one file, image by image, so that it is never all in memory: a `BatchReport` as JSON.
 *
 * @throws ZodError when a part does not fit its schema (our bug, not the user's).
 */
export async function* jsonBatchReport(batch: ReportedBatch): AsyncGenerator<string> {
  const { program, finishedAt, entries, failures } = batch;
  const head = { schema: BATCH_REPORT_SCHEMA, program, finishedAt };
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "pictures": [`;
  let isFirst = true;
  for await (const { report } of entries) {
    yield listed(imageReportSchema.parse(report), isFirst);
    isFirst = false;
  }
  yield `${isFirst ? '' : '\n  '}],\n  "failures": [`;
  isFirst = true;
  for await (const failure of failures) {
    yield listed(failureSchema.parse(failure), isFirst);
    isFirst = false;
  }
  yield `${isFirst ? '' : '\n  '}]\n}\n`;
}
