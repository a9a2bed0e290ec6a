import path from 'node:path';
import { z } from 'zod';
import type { SqlConnection, SqlValue } from './sqlConnection.ts';
import { JOB_COLUMNS, jobRowSchema, type StoredJob } from './storedJob.ts';

/** Which of the waiting jobs may be next. */
export interface NextChoice {
  /** Only from this batch. */
  readonly batchId?: number;
  readonly lastPriority?: number;
  /** Folders below which no result can be written at present. */
  readonly notBelow?: readonly string[];
}

const countSchema = z.object({ waiting: z.number().nullable() });

/** Whether jobs of suspended batches wait: there may be a million of them, at the front of the queue. */
function someAreSuspended(sql: SqlConnection): boolean {
  const count = sql.one(
    countSchema,
    `SELECT sum(images) AS waiting FROM batches INDEXED BY batches_suspended
     JOIN job_totals ON batch_id = id AND state = 'queued' WHERE suspended = 1`,
  );
  return (count?.waiting ?? 0) > 0;
}

/** The first waiting job that may be worked on now, or undefined. */
export function readNext(sql: SqlConnection, choice: NextChoice): StoredJob | undefined {
  const { batchId, lastPriority, notBelow = [] } = choice;
  const starts = notBelow.map((folder) => (folder.endsWith(path.sep) ? folder : folder + path.sep));
  const parts = ["jobs.state = 'queued'"];
  const values: SqlValue[] = [];
  if (lastPriority !== undefined) {
    parts.push('jobs.priority <= ?');
    values.push(lastPriority);
  }
  if (starts.length > 0) {
    parts.push(
      'NOT EXISTS (SELECT 1 FROM json_each(?) AS folders WHERE substr(jobs.target, 1, length(folders.value)) = folders.value)',
    );
    values.push(JSON.stringify(starts));
  }
  const mayBeNext = parts.join(' AND ');
  const columns = JOB_COLUMNS.replaceAll(/(\w+)/g, 'jobs.$1');
  const inOrder = 'ORDER BY jobs.priority, jobs.position LIMIT 1';
  if (batchId === undefined && !someAreSuspended(sql)) {
    return sql.one(jobRowSchema, `SELECT ${columns} FROM jobs WHERE ${mayBeNext} ${inOrder}`, ...values);
  }
  // The first of each batch, and then the first of these.
  return sql.one(
    jobRowSchema,
    `SELECT ${columns} FROM batches JOIN job_totals AS waiting ON waiting.batch_id = batches.id
     JOIN jobs ON jobs.id = (SELECT jobs.id FROM jobs INDEXED BY jobs_waiting_of_batch
       WHERE jobs.batch_id = batches.id AND ${mayBeNext} ${inOrder})
     WHERE suspended = 0 AND waiting.state = 'queued' AND waiting.images > 0
       ${batchId === undefined ? '' : 'AND batches.id = ?'} ${inOrder}`,
    ...[...values, ...(batchId === undefined ? [] : [batchId])],
  );
}
