import { z } from 'zod';
import { ERROR_CODES } from '../api/errors.ts';
import { defined } from '../api/defined.ts';
import { SKIP_REASONS, type ImageReport, type OtherInput, type ReportedFailure } from '../api/report.ts';
import { readReport } from './readStored.ts';
import type { SqlConnection, SqlValue } from './sqlConnection.ts';

/** Jobs by number, or whole batches; everything if neither is given. */
export interface ReportChoice {
  readonly batchIds?: readonly number[] | undefined;
  readonly jobIds?: readonly number[] | undefined;
}

export interface StoredReport {
  readonly jobId: number;
  readonly report: ImageReport;
}

/** Reports are long: only this many are read at once, so that other work can run in between. */
const PAGE = 50;

const reportRowSchema = z
  .object({ id: z.number(), report: z.string() })
  .transform(({ id, report }): StoredReport => ({ jobId: id, report: readReport(report) }));

const errorSchema = z.object({ code: z.enum(ERROR_CODES), message: z.string() });
const failureRowSchema = z
  .object({ id: z.number(), input: z.string(), error: z.string() })
  .transform(({ id, input, error }) => ({
    jobId: id,
    failure: { input, error: errorSchema.parse(JSON.parse(error)) } satisfies ReportedFailure,
  }));

const otherRowSchema = z
  .object({
    id: z.number(),
    input: z.string(),
    state: z.enum(['done', 'skipped', 'cancelled']),
    reason: z.enum(SKIP_REASONS).nullable(),
    output: z.string().nullable(),
  })
  .transform(({ id, input, state, reason, output }) => ({
    jobId: id,
    other: {
      ...{ input, state },
      ...defined({ reason: reason ?? undefined, output: output ?? undefined }),
    } satisfies OtherInput,
  }));

const countSchema = z.object({ count: z.number() });
const idSchema = z.object({ id: z.number() });

const REPORTED = 'results JOIN jobs ON jobs.id = results.job_id WHERE report IS NOT NULL';
const FAILED = "jobs WHERE state = 'failed'";
const OTHERS = `jobs WHERE (state IN ('skipped', 'cancelled') OR (state = 'done' AND NOT EXISTS
  (SELECT 1 FROM results WHERE job_id = jobs.id AND report IS NOT NULL)))`;

/** A field of a state's JSON. */
function detail(field: string): string {
  return `iif(json_valid(detail), json_extract(detail, '$.${field}'), NULL)`;
}

function conditionOf({ batchIds, jobIds }: ReportChoice): {
  readonly where: string;
  readonly values: SqlValue[];
} {
  const parts = [
    { column: 'jobs.batch_id', ids: batchIds },
    { column: 'jobs.id', ids: jobIds },
  ].filter(({ ids }) => ids !== undefined);
  return {
    where: parts.map(({ column }) => ` AND ${column} IN (SELECT value FROM json_each(?))`).join(''),
    values: parts.map(({ ids }) => JSON.stringify(ids)),
  };
}

/** The data for reports on several images, read page by page, so that no batch is ever in memory completely. */
export class ReportTable {
  readonly #sql: SqlConnection;

  constructor(sql: SqlConnection) {
    this.#sql = sql;
  }

  /** How many of the chosen jobs have a report. */
  count(choice: ReportChoice): number {
    return this.#count(REPORTED, choice);
  }

  /** How many of the chosen jobs failed. */
  countFailures(choice: ReportChoice): number {
    return this.#count(FAILED, choice);
  }

  /** The number of the oldest of the newest `most` jobs with a report; 0 if there are no more than those. */
  firstOfNewest(choice: ReportChoice, most: number): number {
    const { where, values } = conditionOf(choice);
    const sql = `SELECT jobs.id AS id FROM ${REPORTED}${where} ORDER BY jobs.id DESC LIMIT 1 OFFSET ?`;
    return this.#sql.one(idSchema, sql, ...values, most - 1)?.id ?? 0;
  }

  /** Reports in the order of the jobs, from a job's number on. */
  async *reports(choice: ReportChoice, fromJobId = 0): AsyncGenerator<StoredReport> {
    const { where, values } = conditionOf(choice);
    const sql = `SELECT jobs.id AS id, report FROM ${REPORTED}${where} AND jobs.id >= ? ORDER BY jobs.id LIMIT ${PAGE}`;
    yield* this.#pages((from) => this.#sql.all(reportRowSchema, sql, ...values, from), fromJobId);
  }

  /** Inputs without a result, in the order of the jobs, from a job's number on. */
  async *failures(choice: ReportChoice, fromJobId = 0): AsyncGenerator<ReportedFailure> {
    const { where, values } = conditionOf(choice);
    const sql = `SELECT id, input, ${detail('error')} AS error FROM ${FAILED}${where}
      AND jobs.id >= ? ORDER BY jobs.id LIMIT ${PAGE}`;
    const pages = this.#pages((from) => this.#sql.all(failureRowSchema, sql, ...values, from), fromJobId);
    for await (const { failure } of pages) yield failure;
  }

  /** All other inputs that have ended, in the order of the jobs, from a job's number on. */
  async *others(choice: ReportChoice, fromJobId = 0): AsyncGenerator<OtherInput> {
    const { where, values } = conditionOf(choice);
    const sql = `SELECT id, input, state, ${detail('reason')} AS reason, ${detail('outputPath')} AS output FROM ${OTHERS}${where}
      AND jobs.id >= ? ORDER BY jobs.id LIMIT ${PAGE}`;
    const pages = this.#pages((from) => this.#sql.all(otherRowSchema, sql, ...values, from), fromJobId);
    for await (const { other } of pages) yield other;
  }

  async *#pages<Row extends { readonly jobId: number }>(
    read: (fromJobId: number) => readonly Row[],
    fromJobId: number,
  ): AsyncGenerator<Row> {
    let page = read(fromJobId);
    while (page.length > 0) {
      yield* page;
      await new Promise(setImmediate);
      page = read((page.at(-1)?.jobId ?? fromJobId) + 1);
    }
  }

  #count(from: string, choice: ReportChoice): number {
    const { where, values } = conditionOf(choice);
    return this.#sql.one(countSchema, `SELECT count(*) AS count FROM ${from}${where}`, ...values)?.count ?? 0;
  }
}
