import { createHash } from 'node:crypto';
import type { SqlConnection } from './sqlConnection.ts';

/** Every table with the columns that name a row; parents before their children. */
export const ROW_KEYS: Readonly<Record<string, readonly string[]>> = {
  facts: ['name'],
  batches: ['id'],
  jobs: ['id'],
  attempts: ['job_id', 'number'],
  results: ['id'],
  presets: ['id'],
  watched_folders: ['id'],
  taken_files: ['folder_id', 'path'],
  passed_over: ['id'],
  set_aside: ['id'],
};

/** A checksum of each row, by table and key. */
export type RowDigests = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One stored value without loss, whatever its bytes. */
export function storedText(value: unknown): string {
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64');
  return JSON.stringify(value);
}

/** The key of a row; texts in it may be damaged, too. */
function keyOf(table: string, row: Readonly<Record<string, unknown>>): string {
  return (ROW_KEYS[table] ?? []).map((column) => storedText(row[column])).join(' ');
}

function digestOf(row: Readonly<Record<string, unknown>>): string {
  const text = Object.entries(row).map(([name, value]) => `${name}=${storedText(value)}`);
  return createHash('sha256').update(text.join('\n')).digest('base64').slice(0, 12);
}

/** Checksums of all rows: with them, a later start finds the rows that have changed in between. */
export function rowDigests(sql: SqlConnection): RowDigests {
  return Object.fromEntries(
    Object.keys(ROW_KEYS).map((table) => {
      const rows = sql.raw(`SELECT * FROM ${table}`);
      return [table, Object.fromEntries(rows.map((row) => [keyOf(table, row), digestOf(row)]))];
    }),
  );
}

export interface ChangedRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/**
 * Compares all rows with their checksums.
 *
 * @returns Rows that have changed, and how many of each table are missing.
 */
export function compareRows(
  sql: SqlConnection,
  digests: RowDigests,
): { readonly changed: readonly ChangedRow[]; readonly missing: number } {
  const changed: ChangedRow[] = [];
  let missing = 0;
  for (const table of Object.keys(ROW_KEYS)) {
    const expected = new Map(Object.entries(digests[table] ?? {}));
    for (const row of sql.raw(`SELECT * FROM ${table}`)) {
      const key = keyOf(table, row);
      if (expected.get(key) !== digestOf(row)) changed.push({ table, row });
      else expected.delete(key);
    }
    missing += expected.size;
  }
  return { changed, missing };
}
