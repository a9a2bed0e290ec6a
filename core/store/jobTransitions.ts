import { z } from 'zod';
import { choiceCondition, type JobChoice } from './jobChoice.ts';
import { madeImageSchema, type MadeImage } from './madeImage.ts';
import { severityOf } from './jobTable.ts';
import { readNext, type NextChoice } from './nextJob.ts';
import {
  detailOf,
  JOB_COLUMNS,
  jobRowSchema,
  type StoredJob,
  type StoredState,
  type StoredStateKind,
} from './storedJob.ts';
import type { SqlConnection, SqlValue } from './sqlConnection.ts';

/** Which state may follow which; every change of a state goes through this table. */
const MAY_FOLLOW: Readonly<Record<StoredStateKind, readonly StoredStateKind[]>> = {
  queued: ['running', 'publishing', 'failed', 'cancelled'],
  // A skip is ready at once or found by the work; a publication can fail, find its name taken, or be lost in a crash.
  running: ['queued'],
  publishing: ['running'],
  done: ['publishing'],
  skipped: ['running', 'publishing'],
  failed: ['running', 'publishing'],
  cancelled: ['queued', 'running', 'publishing'],
};

/** Where an attempt puts its unfinished result. */
export interface AttemptPaths {
  readonly tempPath: string;
  readonly scratchFolder: string;
}

/** A finished result at its temporary path. */
export interface FinishedFile {
  /** Device and inode: they identify the file after a crash. */
  readonly fileKey?: string;
  readonly made: MadeImage;
}

/** The traces of a job that was under way during a crash. */
export interface InterruptedJob {
  readonly job: StoredJob;
  readonly attempt: AttemptPaths & { readonly finished?: FinishedFile };
}

const attemptRowSchema = z
  .object({
    temp_path: z.string(),
    scratch_folder: z.string(),
    file_key: z.string().nullable(),
    made: z.string().nullable(),
  })
  .transform((row): InterruptedJob['attempt'] => ({
    tempPath: row.temp_path,
    scratchFolder: row.scratch_folder,
    ...(row.made !== null && {
      finished: {
        made: madeImageSchema.parse(JSON.parse(row.made)),
        ...(row.file_key !== null && { fileKey: row.file_key }),
      },
    }),
  }));

/** Every change of a job's state. Each has reached the disk when its call returns, unless documented otherwise. */
export class JobTransitions {
  readonly #sql: SqlConnection;

  constructor(sql: SqlConnection) {
    this.#sql = sql;
  }

  /** @returns How many rows changed; none if the state that they are in forbids it. */
  #change(to: StoredState, where: string, ...values: SqlValue[]): number {
    return this.#sql.run(
      `UPDATE jobs SET state = ?, detail = ?, severity = ?, attempts = attempts + ? WHERE ${where}
         AND state IN (SELECT value FROM json_each(?))`,
      ...[to.kind, detailOf(to), severityOf(to), to.kind === 'running' ? 1 : 0],
      ...[...values, JSON.stringify(MAY_FOLLOW[to.kind])],
    );
  }

  /** Like `#change`, for one job whose state must allow it: anything else is a bug of ours. */
  #changeOne(id: number, to: StoredState): void {
    if (this.#change(to, 'id = ?', id) === 1) return;
    throw new TypeError(`Job ${id} cannot become ${to.kind} from the state that it is in.`);
  }

  /**
   * Removes the first waiting job from the queue and records where its unfinished result will be. After a power cut it may
   * wait again.
   *
   * @param choice Which of the waiting jobs.
   */
  takeNext(pathsFor: (job: StoredJob) => AttemptPaths, choice: NextChoice = {}): StoredJob | undefined {
    return this.#sql.transactionWithoutSync(() => {
      const next = readNext(this.#sql, choice);
      if (next === undefined) return undefined;
      this.#changeOne(next.id, { kind: 'running' });
      const job = { ...next, state: { kind: 'running' }, attempts: next.attempts + 1 } as const;
      const { tempPath, scratchFolder } = pathsFor(job);
      this.#sql.run(
        'INSERT INTO attempts (job_id, number, temp_path, scratch_folder, started_at) VALUES (?, ?, ?, ?, ?)',
        ...[job.id, job.attempts, tempPath, scratchFolder, Date.now()],
      );
      return job;
    });
  }

  /** The result is finished under its temporary name; the next step is to publish it. */
  startPublishing(job: StoredJob, file: FinishedFile): void {
    const made = JSON.stringify(file.made);
    madeImageSchema.parse(JSON.parse(made));
    this.#sql.transaction(() => {
      this.#sql.run(
        'UPDATE attempts SET file_key = ?, made = ? WHERE job_id = ? AND number = ?',
        ...[file.fileKey ?? null, made, job.id, job.attempts],
      );
      this.#changeOne(job.id, { kind: 'publishing' });
    });
  }

  /** Ends a job that is under way. */
  end(
    job: StoredJob,
    state: Extract<StoredState, { kind: 'done' | 'skipped' | 'failed' | 'cancelled' }>,
  ): void {
    this.#sql.transaction(() => {
      this.#changeOne(job.id, state);
      this.#noteOutcome(job, state.kind === 'failed' ? state.error.code : state.kind);
    });
  }

  /** Puts a job that is under way back into the queue, where it was. */
  putBack(job: StoredJob, reason: string): void {
    this.#sql.transaction(() => {
      this.#changeOne(job.id, { kind: 'queued' });
      this.#noteOutcome(job, reason);
    });
  }

  /** What was made is in the results then; it would double the size of the store. */
  #noteOutcome(job: StoredJob, outcome: string): void {
    this.#sql.run(
      'UPDATE attempts SET ended_at = ?, outcome = ?, made = NULL WHERE job_id = ? AND number = ?',
      ...[Date.now(), outcome, job.id, job.attempts],
    );
  }

  /** Cancels waiting jobs. @returns The jobs' numbers. */
  cancelWaiting(choice: JobChoice): number[] {
    const { where, values } = choiceCondition(choice);
    return this.#sql.transaction(() => {
      const ids = this.#idsOf(`${where} AND state = 'queued'`, values);
      this.#change({ kind: 'cancelled' }, `${where} AND state = 'queued'`, ...values);
      return ids;
    });
  }

  /** Puts failed and cancelled jobs back into the queue. @returns Their numbers. */
  retry(choice: JobChoice, states: readonly ('failed' | 'cancelled')[] = ['failed', 'cancelled']): number[] {
    const { where, values } = choiceCondition(choice);
    const ended = `${where} AND target IS NOT NULL AND state IN (SELECT value FROM json_each(?))`;
    return this.#sql.transaction(() => {
      const ids = this.#idsOf(ended, [...values, JSON.stringify(states)]);
      this.#change({ kind: 'queued' }, 'id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
      return ids;
    });
  }

  #idsOf(where: string, values: readonly SqlValue[]): number[] {
    return this.#sql
      .all(z.object({ id: z.number() }), `SELECT id FROM jobs WHERE ${where}`, ...values)
      .map(({ id }) => id);
  }

  /**
   * Jobs that were under way when the program ended suddenly. A job whose attempt cannot be read is queued again
   * at once: nothing is known of its files.
   */
  interrupted(): InterruptedJob[] {
    const jobs = this.#sql.all(
      jobRowSchema,
      `SELECT ${JOB_COLUMNS} FROM jobs INDEXED BY jobs_under_way
       WHERE state IN ('running', 'publishing') ORDER BY id`,
    );
    return jobs.flatMap((job) => {
      const attempt = this.#sql.one(
        attemptRowSchema,
        'SELECT temp_path, scratch_folder, file_key, made FROM attempts WHERE job_id = ? AND number = ?',
        ...[job.id, job.attempts],
      );
      if (attempt !== undefined) return [{ job, attempt }];
      this.#sql.run("UPDATE jobs SET state = 'queued', detail = NULL, severity = 0 WHERE id = ?", job.id);
      return [];
    });
  }
}
