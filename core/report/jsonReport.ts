import {
  BATCH_REPORT_SCHEMA,
  failureSchema,
  imageReportSchema,
  otherInputSchema,
  type ImageReport,
} from '../api/report.ts';
import type { ReportedBatch } from './reportedBatch.ts';

/**
 * One image's report as a file: JSON with a final newline.
 *
 * @throws ZodError when the report does not fit its schema (our bug, not the user's).
 */
export function jsonReport(report: ImageReport): string {
  return `${JSON.stringify(imageReportSchema.parse(report), null, 2)}\n`;
}

/** A field that is a list, entry by entry. */
async function* listField<Entry>(
  name: string,
  entries: Iterable<Entry> | AsyncIterable<Entry>,
  parse: (entry: Entry) => unknown,
): AsyncGenerator<string> {
  yield `,\n  "${name}": [`;
  let isFirst = true;
  for await (const entry of entries) {
    const text = JSON.stringify(parse(entry), null, 2).replaceAll('\n', '\n    ');
    yield `${isFirst ? '' : ','}\n    ${text}`;
    isFirst = false;
  }
  yield `${isFirst ? '' : '\n  '}]`;
}

/**
 * A whole batch in one file, image by image, so that it is never all in memory: a `BatchReport` as JSON.
 *
 * @throws ZodError when a part does not fit its schema (our bug, not the user's).
 */
export async function* jsonBatchReport(batch: ReportedBatch): AsyncGenerator<string> {
  const { program, finishedAt, entries, failures, others } = batch;
  const head = { schema: BATCH_REPORT_SCHEMA, program, finishedAt };
  yield JSON.stringify(head, null, 2).slice(0, -2);
  yield* listField('pictures', entries, ({ report }) => imageReportSchema.parse(report));
  yield* listField('failures', failures, (failure) => failureSchema.parse(failure));
  yield* listField('others', others, (other) => otherInputSchema.parse(other));
  yield '\n}\n';
}
