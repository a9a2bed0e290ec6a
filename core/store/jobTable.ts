import { z } from 'zod';
import type { OutputFormat } from '../api/outputFormats.ts';
import type { Size } from '../api/image.ts';
import type { JobCounts } from '../api/views.ts';
import { choiceCondition, type JobChoice } from './jobChoice.ts';
import { nameKeyOf, readCounts, readPage, type JobQuery } from './jobPage.ts';
import { detailOf, JOB_COLUMNS, jobRowSchema, type StoredJob, type StoredState } from './storedJob.ts';
import type { SqlConnection } from './sqlConnection.ts';

/** An input that is being added to the store: waiting, or ended before any work. */
export interface NewJob {
  readonly input: string;
  readonly source: string;
  readonly sourceKey?: string;
  readonly name: string;
  readonly target?: string;
  readonly format?: OutputFormat;
  readonly state: Extract<StoredState, { kind: 'queued' | 'skipped' | 'failed' }>;
}

const countSchema = z.object({ count: z.number() });
const openWorkSchema = z.object({
  images: z.number(),
  sizedImages: z.number(),
  sizedMegapixels: z.number(),
});
const openJobSchema = z.object({ id: z.number(), batchId: z.number() });
/** A job that is under way or waits, and may run. */
export type OpenJob = Readonly<z.infer<typeof openJobSchema>>;

/** How much attention a state needs; the higher, the more. */
export function severityOf(state: StoredState): number {
  if (state.kind === 'failed') return 4;
  if (state.kind === 'done' && state.verdict === 'failed') return 3;
  if (state.kind === 'done' && state.verdict === 'look') return 2;
  return state.kind === 'cancelled' ? 1 : 0;
}

/** The jobs of the store: adding, finding and ordering them. Their states change in `JobTransitions` only. */
export class JobTable {
  readonly #sql: SqlConnection;

  constructor(sql: SqlConnection) {
    this.#sql = sql;
  }

  /** Adds a batch's inputs in their order, all or none. */
  add(batchId: number, priority: number, jobs: Iterable<NewJob>): void {
    const now = Date.now();
    this.#sql.transaction(() => {
      let number = 0;
      let position = this.#lastPosition();
      for (const job of jobs) {
        position++;
        this.#sql.run(
          `INSERT INTO jobs (batch_id, number, input, source, source_key, name, name_key, target, format, state, detail,
             severity, priority, position, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[batchId, number++, job.input, job.source, job.sourceKey ?? null, job.name, nameKeyOf(job.name)],
          ...[job.target ?? null, job.format ?? null, job.state.kind, detailOf(job.state)],
          ...[severityOf(job.state), priority, position, now],
        );
      }
    });
  }

  #lastPosition(): number {
    const schema = z.object({ position: z.number().nullable() });
    return this.#sql.one(schema, 'SELECT max(position) AS position FROM jobs')?.position ?? 0;
  }

  get(id: number): StoredJob | undefined {
    return this.#sql.one(jobRowSchema, `SELECT ${JOB_COLUMNS} FROM jobs WHERE id = ?`, id);
  }

  /** Jobs by number, in the order of their numbers, without those that are gone. */
  getAll(ids: readonly number[]): StoredJob[] {
    return this.#sql.all(
      jobRowSchema,
      `SELECT ${JOB_COLUMNS} FROM jobs WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
      JSON.stringify(ids),
    );
  }

  /** Jobs of a batch from a number within it on; for reading a batch without keeping it in memory. */
  ofBatch(batchId: number, fromNumber: number, limit: number): StoredJob[] {
    return this.#sql.all(
      jobRowSchema,
      `SELECT ${JOB_COLUMNS} FROM jobs WHERE batch_id = ? AND number >= ? ORDER BY number LIMIT ?`,
      ...[batchId, fromNumber, limit],
    );
  }

  page(query: JobQuery): { readonly total: number; readonly jobs: StoredJob[] } {
    return readPage(this.#sql, query);
  }

  /** How many jobs are in each state, of all batches or of one. */
  counts(batchId?: number): JobCounts {
    return readCounts(this.#sql, batchId);
  }

  /** What is under way or waits and may run, with the megapixels of those results whose size is known. */
  openWork(): { readonly images: number; readonly sizedImages: number; readonly sizedMegapixels: number } {
    const sql = `SELECT coalesce(sum(images), 0) AS images, coalesce(sum(sized_images), 0) AS sizedImages,
        coalesce(sum(sized_pixels), 0) / 1e6 AS sizedMegapixels
      FROM job_totals JOIN batches ON batches.id = job_totals.batch_id
      WHERE state IN ('running', 'publishing') OR (state = 'queued' AND suspended = 0)`;
    return this.#sql.one(openWorkSchema, sql) ?? { images: 0, sizedImages: 0, sizedMegapixels: 0 };
  }

  /** The jobs of `openWork`. */
  openJobs(): OpenJob[] {
    const sql = `SELECT jobs.id, jobs.batch_id AS batchId FROM jobs JOIN batches ON batches.id = jobs.batch_id
      WHERE state IN ('running', 'publishing') OR (state = 'queued' AND suspended = 0)`;
    return this.#sql.all(openJobSchema, sql);
  }

  /** Whether a file is an input of a batch: by device and inode, or by its path. */
  isInputOf(batchId: number, file: { readonly path: string; readonly key: string }): boolean {
    // Results of other inputs of this batch may be replaced.
    const sql = `SELECT count(*) AS count FROM jobs WHERE batch_id = ? AND (source_key = ? OR source = ?)
      AND NOT (state = 'skipped' AND json_valid(detail) AND json_extract(detail, '$.reason') = 'own-result')`;
    return (this.#sql.one(countSchema, sql, ...[batchId, file.key, file.path])?.count ?? 0) > 0;
  }

  /** Where the results of a batch are, or were to be, in the order of its jobs. */
  targetsOf(batchId: number): string[] {
    const schema = z.object({ target: z.string() });
    const sql = 'SELECT target FROM jobs WHERE batch_id = ? AND target IS NOT NULL ORDER BY number';
    return this.#sql.all(schema, sql, batchId).map(({ target }) => target);
  }

  noteSizes(id: number, inputSize: Size, targetSize?: Size): void {
    this.#sql.run(
      `UPDATE jobs SET input_width = ?, input_height = ?, target_width = coalesce(?, target_width),
         target_height = coalesce(?, target_height) WHERE id = ?`,
      ...[inputSize.width, inputSize.height, targetSize?.width ?? null, targetSize?.height ?? null, id],
    );
  }

  /** Removes rows from the list, except for those under way. @returns How many. */
  remove(choice: JobChoice): number {
    const { where, values } = choiceCondition(choice);
    return this.#sql.run(
      `DELETE FROM jobs WHERE ${where} AND state NOT IN ('running', 'publishing')`,
      ...values,
    );
  }

  /** Puts waiting jobs before another one, in the order given, or at the end. @returns How many were moved. */
  move(ids: readonly number[], beforeId?: number): number {
    return this.#sql.transaction(() => {
      const place = beforeId === undefined ? this.#endOfLine() : this.#placeBefore(beforeId, ids);
      if (place === undefined) return 0;
      let moved = 0;
      ids.forEach((id, index) => {
        const position = place.after + ((place.before - place.after) * (index + 1)) / (ids.length + 1);
        moved += this.#sql.run(
          "UPDATE jobs SET position = ?, priority = ? WHERE id = ? AND state = 'queued'",
          ...[position, place.priority, id],
        );
      });
      return moved;
    });
  }

  #endOfLine(): Place {
    const schema = z.object({ priority: z.number().nullable() });
    const sql = "SELECT max(priority) AS priority FROM jobs WHERE state = 'queued'";
    const after = this.#lastPosition();
    return { priority: this.#sql.one(schema, sql)?.priority ?? 0, after, before: after + 1 };
  }

  #placeBefore(beforeId: number, moving: readonly number[]): Place | undefined {
    const schema = z.object({ priority: z.number(), position: z.number() });
    const find = (): z.infer<typeof schema> | undefined =>
      this.#sql.one(schema, 'SELECT priority, position FROM jobs WHERE id = ?', beforeId);
    const previous = (before: z.infer<typeof schema>): number =>
      this.#sql.one(
        z.object({ position: z.number().nullable() }),
        `SELECT max(position) AS position FROM jobs WHERE priority = ? AND position < ?
           AND id NOT IN (SELECT value FROM json_each(?))`,
        ...[before.priority, before.position, JSON.stringify(moving)],
      )?.position ?? before.position - 1;
    let before = find();
    if (before === undefined) return undefined;
    // Halving the same gap again and again exhausts the precision of a number.
    if (before.position - previous(before) < 1e-3) {
      this.#renumber();
      before = find() ?? before;
    }
    return { priority: before.priority, after: previous(before), before: before.position };
  }

  #renumber(): void {
    this.#sql.run(
      `UPDATE jobs SET position = line.place FROM
         (SELECT id, row_number() OVER (ORDER BY priority, position, id) AS place FROM jobs) AS line
       WHERE jobs.id = line.id`,
    );
  }
}

interface Place {
  readonly priority: number;
  readonly after: number;
  readonly before: number;
}
