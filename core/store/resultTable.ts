import { z } from 'zod';
import { defined } from '../api/defined.ts';
import type { ImageReport } from '../api/report.ts';
import { nameKeyOf } from './jobPage.ts';
import { readReport } from './readStored.ts';
import { SCORE_COLUMNS, scoreValues } from './scoreTable.ts';
import type { SqlConnection } from './sqlConnection.ts';

/** The origin of a result: the same content with the same settings and networks is the same result. */
export interface ResultKey {
  readonly contentHash: string;
  readonly settingsHash: string;
  readonly modelHash: string;
}

export interface StoredResult extends ResultKey {
  /** Path of the input that it was made from; unknown for results of older versions whose job was forgotten. */
  readonly source?: string;
  readonly outputPath: string;
  readonly outputHash: string;
  readonly outputBytes: number;
}

const resultRowSchema = z
  .object({
    content_hash: z.string(),
    settings_hash: z.string(),
    model_hash: z.string(),
    output_path: z.string(),
    output_hash: z.string(),
    output_bytes: z.number(),
    source: z.string().nullable(),
  })
  .transform((row): StoredResult => ({
    contentHash: row.content_hash,
    settingsHash: row.settings_hash,
    modelHash: row.model_hash,
    outputPath: row.output_path,
    outputHash: row.output_hash,
    outputBytes: row.output_bytes,
    ...defined({ source: row.source ?? undefined }),
  }));

const COLUMNS = 'content_hash, settings_hash, model_hash, output_path, output_hash, output_bytes';

/** A report's JSON; null without a report, or if it could not be read back (a figure that is not a number). */
function storableReport(report: ImageReport | undefined): string | null {
  const text = JSON.stringify(report ?? null);
  try {
    readReport(text);
    return text;
  } catch {
    return null;
  }
}

/** Results, by their origin. They outlive their jobs. */
export class ResultTable {
  readonly #sql: SqlConnection;

  constructor(sql: SqlConnection) {
    this.#sql = sql;
  }

  add(jobId: number, result: StoredResult, report?: ImageReport): void {
    this.#sql.run(
      `INSERT OR REPLACE INTO results (source, output_key, job_id, ${COLUMNS}, report, finished_at, ${SCORE_COLUMNS})
       VALUES ((SELECT source FROM jobs WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[
        jobId,
        nameKeyOf(result.outputPath),
        jobId,
        result.contentHash,
        result.settingsHash,
        result.modelHash,
      ],
      ...[result.outputPath, result.outputHash, result.outputBytes, storableReport(report), Date.now()],
      ...scoreValues(report?.quality ?? undefined),
    );
  }

  /** A further file of a job's result: it is recognised like the first one, but only the first one belongs to the job. */
  addFurther(result: StoredResult & { readonly source: string }): void {
    this.#sql.run(
      `INSERT INTO results (source, output_key, ${COLUMNS}, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[result.source, nameKeyOf(result.outputPath), result.contentHash, result.settingsHash],
      ...[result.modelHash, result.outputPath, result.outputHash, result.outputBytes, Date.now()],
    );
  }

  get(jobId: number): StoredResult | undefined {
    return this.#sql.one(resultRowSchema, `SELECT ${COLUMNS}, source FROM results WHERE job_id = ?`, jobId);
  }

  reportOf(jobId: number): ImageReport | undefined {
    const schema = z.object({ report: z.string().nullable() });
    const text = this.#sql.one(schema, 'SELECT report FROM results WHERE job_id = ?', jobId)?.report;
    return text == null ? undefined : readReport(text);
  }

  /** Results of the same content, settings and networks, newest first; the files may be gone. */
  find(key: ResultKey): StoredResult[] {
    return this.#sql.all(
      resultRowSchema,
      `SELECT ${COLUMNS}, source FROM results WHERE content_hash = ? AND settings_hash = ? AND model_hash = ?
       ORDER BY id DESC LIMIT 20`,
      ...[key.contentHash, key.settingsHash, key.modelHash],
    );
  }

  /** Whether this program made the file of that content: guards against enlarging its own results. */
  isOwnOutput(outputHash: string): boolean {
    const schema = z.object({ found: z.number() });
    const sql = 'SELECT EXISTS (SELECT 1 FROM results WHERE output_hash = ?) AS found';
    return this.#sql.one(schema, sql, outputHash)?.found === 1;
  }

  /** Sizes in bytes of all results: a file of another size cannot be one of them. */
  sizes(): ReadonlySet<number> {
    const schema = z.object({ size: z.number() });
    return new Set(
      this.#sql.all(schema, 'SELECT DISTINCT output_bytes AS size FROM results').map(({ size }) => size),
    );
  }

  /** What was enlarged to a file of that content: paths of the sources, if they are known, and their contents. */
  madeAs(outputHash: string): { readonly source: string | undefined; readonly contentHash: string }[] {
    const schema = z.object({ source: z.string().nullable(), content_hash: z.string() });
    const sql = 'SELECT DISTINCT source, content_hash FROM results WHERE output_hash = ? LIMIT 100';
    return this.#sql
      .all(schema, sql, outputHash)
      .map((row) => ({ source: row.source ?? undefined, contentHash: row.content_hash }));
  }

  /** Results that were given this path, however it is spelt, newest first. */
  atPath(outputPath: string): StoredResult[] {
    const sql = `SELECT ${COLUMNS}, source FROM results WHERE output_key = ? OR output_path = ? ORDER BY id DESC LIMIT 20`;
    return this.#sql.all(resultRowSchema, sql, nameKeyOf(outputPath), outputPath);
  }
}
