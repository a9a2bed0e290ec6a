import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import type { BatchSpec } from '../api/batchSpec.ts';
import type { BatchView } from '../api/views.ts';
import { assertReadable, readSpec } from './readStored.ts';
import type { SqlConnection } from './sqlConnection.ts';

export type BatchOrigin = BatchView['origin'];

export interface StoredBatch {
  readonly id: number;
  readonly origin: BatchOrigin;
  /** Only the first hundred of a long list of sources; the jobs contain the images of all of them. */
  readonly spec: BatchSpec;
  readonly modelsFolder: string;
  readonly failFast: boolean;
  /** Waits until someone starts it: it was added without starting, or its command was killed. */
  readonly isSuspended: boolean;
  readonly addedAt: number;
  readonly finishedAt?: number;
}

export interface NewBatch extends Pick<StoredBatch, 'origin' | 'spec' | 'modelsFolder' | 'failFast'> {
  readonly isSuspended?: boolean;
}

/** A row of {@link BATCH_COLUMNS}. */
export const batchRowSchema = z
  .object({
    id: z.number(),
    origin: z.enum(['window', 'command-line', 'watched-folder']),
    spec: z.string(),
    models_folder: z.string(),
    fail_fast: z.number(),
    suspended: z.number(),
    added_at: z.number(),
    finished_at: z.number().nullable(),
  })
  .transform((row): StoredBatch => ({
    id: row.id,
    origin: row.origin,
    spec: readSpec(row.spec),
    modelsFolder: row.models_folder,
    failFast: row.fail_fast === 1,
    isSuspended: row.suspended === 1,
    addedAt: row.added_at,
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  }));

const idSchema = z.object({ id: z.number() });
export const BATCH_COLUMNS = 'id, origin, spec, models_folder, fail_fast, suspended, added_at, finished_at';
/** Views carry the specification: a hundred thousand sources in it would be sent with every change. */
const SOURCES_KEPT = 100;

const MAX_LISTED = 500;

/** Finished batches of watched folders that stay in the list. */
const MAX_WATCHED_BATCHES = 2_000;

/** The same for the same request, whatever its length. */
/** Models that were added here do not change a request: only the first folder of models counts. */
function hashOf({ spec, modelsFolder }: NewBatch): string {
  const [folder] = modelsFolder.split(path.delimiter);
  return createHash('sha256')
    .update(JSON.stringify([spec, folder]))
    .digest('hex');
}

/** Whether a batch requests report files on all of it. */
const ASKS_FOR_REPORTS = `(json_valid(spec) AND EXISTS
  (SELECT 1 FROM json_each(CASE WHEN json_valid(spec) THEN spec END, '$.report.formats') WHERE value IN ('csv', 'html')))`;

const OPEN_STATES = "('queued', 'running', 'publishing')";

/** Batches: the images that were requested together, and how to enlarge them. */
export class BatchTable {
  readonly #sql: SqlConnection;

  constructor(sql: SqlConnection) {
    this.#sql = sql;
  }

  add(batch: NewBatch): number {
    const { origin, modelsFolder, failFast, isSuspended = false } = batch;
    const spec = JSON.stringify({ ...batch.spec, sources: batch.spec.sources.slice(0, SOURCES_KEPT) });
    assertReadable(() => readSpec(spec), 'The request');
    const row = this.#sql.one(
      idSchema,
      `INSERT INTO batches (origin, spec, spec_hash, models_folder, fail_fast, suspended, added_at)
       VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      ...[origin, spec, hashOf(batch), modelsFolder, failFast ? 1 : 0],
      ...[isSuspended ? 1 : 0, Date.now()],
    );
    if (row === undefined) throw new TypeError('A new batch has no number.');
    return row.id;
  }

  get(id: number): StoredBatch | undefined {
    return this.#sql.one(batchRowSchema, `SELECT ${BATCH_COLUMNS} FROM batches WHERE id = ?`, id);
  }

  rename(id: number, name: string): void {
    this.#sql.run(`UPDATE batches SET spec = json_set(spec, '$.name', ?) WHERE id = ?`, name, id);
  }

  /** Newest first, and no more than people read: a watched folder creates thousands in a year. */
  list(): StoredBatch[] {
    const sql = `SELECT ${BATCH_COLUMNS} FROM batches ORDER BY id DESC LIMIT ${MAX_LISTED}`;
    return this.#sql.all(batchRowSchema, sql);
  }

  /** Leaves the open or cancelled jobs of earlier batches with the same request to a new one. */
  supersede(batch: NewBatch): void {
    this.#sql.run(
      `DELETE FROM jobs WHERE state IN ('queued', 'cancelled')
         AND batch_id IN (SELECT id FROM batches WHERE spec_hash = ? AND origin = ?)`,
      ...[hashOf(batch), batch.origin],
    );
    this.removeEmpty();
  }

  /** The newest batch of a command of which something is open or was cancelled. */
  lastInterrupted(): number | undefined {
    const sql = `SELECT id FROM batches WHERE origin = 'command-line' AND EXISTS
      (SELECT 1 FROM jobs WHERE batch_id = batches.id AND state IN ('queued', 'cancelled')) ORDER BY id DESC LIMIT 1`;
    return this.#sql.one(idSchema, sql)?.id;
  }

  /** Unfinished batches of commands stay where they are until someone asks for them again. */
  suspendCommandLine(): void {
    this.#sql.run(
      `UPDATE batches SET suspended = 1 WHERE origin = 'command-line' AND suspended = 0
       AND EXISTS (SELECT 1 FROM jobs WHERE batch_id = batches.id AND state IN ${OPEN_STATES})`,
    );
  }

  /** Everything that is unfinished, whoever requested it: after restoring a snapshot, it is unknown what was done. */
  suspendAll(): void {
    this.#sql.run('UPDATE batches SET suspended = 1 WHERE finished_at IS NULL');
  }

  resume(id: number): void {
    this.#sql.run('UPDATE batches SET suspended = 0 WHERE id = ?', id);
  }

  /** Numbers of the batches that these jobs belong to. */
  of(jobIds: readonly number[]): number[] {
    const sql = 'SELECT DISTINCT batch_id AS id FROM jobs WHERE id IN (SELECT value FROM json_each(?))';
    return this.#sql.all(idSchema, sql, JSON.stringify(jobIds)).map(({ id }) => id);
  }

  /** Lets the batches of these jobs continue. */
  resumeOf(jobIds: readonly number[]): void {
    this.#sql.run(
      `UPDATE batches SET suspended = 0 WHERE suspended = 1
         AND id IN (SELECT batch_id FROM jobs WHERE id IN (SELECT value FROM json_each(?)))`,
      JSON.stringify(jobIds),
    );
  }

  resumeAll(): void {
    this.#sql.run('UPDATE batches SET suspended = 0 WHERE suspended = 1');
  }

  /**
   * Records that a batch has ended, because none of its jobs is open any more, or that it is open again.
   *
   * @returns Whether it has ended by this.
   */
  settle(id: number): boolean {
    const open = `EXISTS (SELECT 1 FROM jobs WHERE batch_id = batches.id AND state IN ${OPEN_STATES})`;
    this.#sql.run(
      `UPDATE batches SET finished_at = NULL WHERE id = ? AND finished_at IS NOT NULL AND ${open}`,
      id,
    );
    return (
      this.#sql.run(
        `UPDATE batches SET finished_at = ?, reports_due = ${ASKS_FOR_REPORTS}
         WHERE id = ? AND finished_at IS NULL AND NOT ${open}`,
        ...[Date.now(), id],
      ) > 0
    );
  }

  /** Batches that have ended and whose report files are still to be written, oldest first. */
  withReportsDue(): StoredBatch[] {
    const sql = `SELECT ${BATCH_COLUMNS} FROM batches WHERE reports_due = 1 AND finished_at IS NOT NULL ORDER BY id`;
    return this.#sql.all(batchRowSchema, sql);
  }

  areReportsDue(id: number): boolean {
    return (
      this.#sql.one(idSchema, 'SELECT id FROM batches WHERE id = ? AND reports_due = 1', id) !== undefined
    );
  }

  /** Records that the reports of batches are written; those of a batch that has ended again in the meantime are still due. */
  noteReportsWritten(batches: readonly StoredBatch[]): void {
    for (const { id, finishedAt } of batches) {
      const sql = 'UPDATE batches SET reports_due = 0 WHERE id = ? AND finished_at = ?';
      this.#sql.run(sql, ...[id, finishedAt ?? null]);
    }
  }

  /** Those of watched folders that are still on the list and request report files. */
  ofWatchedFolders(): StoredBatch[] {
    const sql = `SELECT ${BATCH_COLUMNS} FROM batches WHERE origin = 'watched-folder' AND ${ASKS_FOR_REPORTS} ORDER BY id`;
    return this.#sql.all(batchRowSchema, sql);
  }

  /** Deletes batches that have no job left. */
  removeEmpty(): void {
    this.#sql.run('DELETE FROM batches WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE batch_id = batches.id)');
  }

  /** Forgets the oldest finished batches of one kind except `keep`; their results stay known and in place. */
  forgetOld(origin: BatchOrigin, keep: number): void {
    this.#sql.run(
      `DELETE FROM batches WHERE id IN (SELECT id FROM batches WHERE origin = ? AND finished_at IS NOT NULL
       ORDER BY id DESC LIMIT -1 OFFSET ?)`,
      ...[origin, keep],
    );
  }

  /**
   * Forgets the oldest finished batches of watched folders; a folder that is used for years creates thousands. Their
   * results stay known and in place; files that failed are new again, so that no failure is forgotten.
   */
  forgetOldWatched(keep = MAX_WATCHED_BATCHES): void {
    const old = `SELECT id FROM batches WHERE origin = 'watched-folder' AND finished_at IS NOT NULL
      ORDER BY id DESC LIMIT -1 OFFSET ?`;
    this.#sql.transaction(() => {
      this.#sql.run(
        `DELETE FROM taken_files WHERE job_id IN
           (SELECT id FROM jobs WHERE state = 'failed' AND batch_id IN (${old}))`,
        keep,
      );
      this.forgetOld('watched-folder', keep);
    });
  }
}
