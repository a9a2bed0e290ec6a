import type { z } from 'zod';
import { batchRowSchema, BATCH_COLUMNS } from './batchTable.ts';
import { presetRowSchema } from './presetTable.ts';
import { compareRows, ROW_KEYS, storedText, type ChangedRow } from './rowDigests.ts';
import type { Seal } from './seal.ts';
import { problemOf, type SqlConnection, type SqlValue } from './sqlConnection.ts';
import { Store } from './store.ts';
import { JOB_COLUMNS, jobRowSchema } from './storedJob.ts';
import { FOLDER_COLUMNS, folderRowSchema, skippedRowSchema } from './watchedFolderTable.ts';

const MAX_REASON = 300;

/** Tables that are read completely at every start, with the schema of their rows. Of jobs, those that are still to run. */
const READ_AT_START: readonly {
  readonly table: string;
  readonly columns: string;
  readonly schema: z.ZodType;
  readonly where?: string;
}[] = [
  { table: 'batches', columns: BATCH_COLUMNS, schema: batchRowSchema },
  {
    table: 'jobs',
    columns: JOB_COLUMNS,
    schema: jobRowSchema,
    where: "state IN ('queued', 'running', 'publishing')",
  },
  { table: 'presets', columns: 'id, preset', schema: presetRowSchema },
  { table: 'watched_folders', columns: FOLDER_COLUMNS, schema: folderRowSchema },
  { table: 'passed_over', columns: 'id, name, error, at', schema: skippedRowSchema },
];

/** A value of a row as it is bound in a condition; texts as their bytes in hexadecimal. */
function condition(column: string, value: unknown): { readonly text: string; readonly values: SqlValue[] } {
  if (value instanceof ArrayBuffer) {
    return { text: `hex(${column}) = ?`, values: [Buffer.from(value).toString('hex').toUpperCase()] };
  }
  return { text: `${column} IS ?`, values: [typeof value === 'number' ? value : null] };
}

function keep(sql: SqlConnection, { table, row }: ChangedRow, reason: string): void {
  const content = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, storedText(value)]));
  sql.run(
    'INSERT INTO set_aside (source_table, content, reason, at) VALUES (?, ?, ?, ?)',
    table,
    JSON.stringify(content),
    reason.slice(0, MAX_REASON),
    Date.now(),
  );
}

/** Moves a row, and what depends on it, to the table of rows set aside. */
function setAside(sql: SqlConnection, changed: ChangedRow, reason: string): void {
  const { table, row } = changed;
  keep(sql, changed, reason);
  if (table === 'batches' && typeof row['id'] === 'number') {
    for (const job of sql.raw('SELECT * FROM jobs WHERE batch_id = ?', row['id'])) {
      keep(sql, { table: 'jobs', row: job }, 'Its batch cannot be read.');
    }
  }
  const parts = (ROW_KEYS[table] ?? []).map((column) => condition(column, row[column]));
  const where = parts.map(({ text }) => text).join(' AND ');
  sql.run(`DELETE FROM ${table} WHERE ${where}`, ...parts.flatMap(({ values }) => values));
}

/**
 * Sets aside rows that have changed since this program left them.
 *
 * @returns Sentences for the user; empty if there was nothing to do.
 */
function setAsideChanged(sql: SqlConnection, changed: readonly ChangedRow[], missing: number): string[] {
  const rows = changed.filter(({ table }) => table !== 'set_aside');
  sql.transaction(() => {
    for (const each of rows) setAside(sql, each, 'It was not written by this program.');
  });
  const lost = missing - rows.length;
  const gone = lost > 0 ? ` ${lost} ${lost === 1 ? 'row is' : 'rows are'} missing.` : '';
  return [
    'The list of jobs was changed since it was closed, by damage or by another program. ' +
      `${rows.length} ${rows.length === 1 ? 'row was' : 'rows were'} set aside; all others are as they were.${gone}`,
  ];
}

const PAGE = 1_000;

/** Rows of a table that cannot be read, with the reason. */
function unreadableRows(
  sql: SqlConnection,
  { table, columns, schema, where = 'true' }: (typeof READ_AT_START)[number],
): (ChangedRow & { readonly reason: string })[] {
  const found: (ChangedRow & { readonly reason: string })[] = [];
  const look = (rows: ReturnType<typeof sql.raw>): void => {
    for (const row of rows) {
      const reason = problemOf(schema, row);
      if (reason !== undefined) found.push({ table, row, reason });
    }
  };
  if (table === 'presets') look(sql.raw(`SELECT ${columns} FROM presets`));
  // A page after the last number, since an offset would be counted from the start every time.
  else {
    const query = `SELECT ${columns} FROM ${table} WHERE (${where}) AND id > ? ORDER BY id LIMIT ${PAGE}`;
    for (let page = sql.raw(query, 0); page.length > 0; page = sql.raw(query, Number(page.at(-1)?.['id']))) {
      look(page);
    }
  }
  return found;
}

/** Sets aside rows that cannot be read, so that none of them can disable the program. @returns As above. */
function setAsideUnreadable(sql: SqlConnection): string[] {
  const notes: string[] = [];
  for (const read of READ_AT_START) {
    for (const { table, row, reason } of unreadableRows(sql, read)) {
      sql.transaction(() => {
        setAside(sql, { table, row: wholeRow(sql, table, row) }, reason);
      });
      notes.push(
        `A row of the list of jobs (${table}) cannot be read and was set aside: ${reason.slice(0, MAX_REASON)}`,
      );
    }
  }
  return notes;
}

function wholeRow(sql: SqlConnection, table: string, row: ChangedRow['row']): ChangedRow['row'] {
  const parts = (ROW_KEYS[table] ?? []).map((column) => condition(column, row[column]));
  const where = parts.map(({ text }) => text).join(' AND ');
  const values = parts.flatMap((part) => part.values);
  return sql.raw(`SELECT * FROM ${table} WHERE ${where}`, ...values)[0] ?? row;
}

/** Counts all jobs again, since the totals may be damaged as well. */
function recountJobs(sql: SqlConnection): void {
  sql.transaction(() => {
    sql.run('DELETE FROM job_totals');
    sql.run(
      `INSERT INTO job_totals SELECT batch_id, state, count(*), count(target_width * target_height),
         coalesce(sum(target_width * target_height), 0) FROM jobs GROUP BY batch_id, state`,
    );
  });
}

/**
 * Sets aside rows that damage or another program changed while the store was closed, and rows that cannot be read.
 *
 * @param seal Of the store as it was closed, if it does not fit the file any more.
 */
export function mend(sql: SqlConnection, seal: Seal | undefined): string[] {
  const notes: string[] = [];
  if (seal !== undefined) recountJobs(sql);
  if (seal?.rows !== undefined) {
    const { changed, missing } = compareRows(sql, seal.rows);
    if (changed.length + missing > 0) notes.push(...setAsideChanged(sql, changed, missing));
  } else if (seal !== undefined) {
    notes.push(
      'The list of jobs was changed since it was closed, by damage or by another program. Check what it shows; ' +
        'unfinished batches wait until they are started again.',
    );
    new Store(sql).batches.suspendAll();
  }
  return [...notes, ...setAsideUnreadable(sql)];
}
