import Database from 'libsql';
import { z } from 'zod';
import { EnlargerError } from '../api/errors.ts';

export type SqlValue = string | number | null;

/** A row with invalid text, or with values that the program would not write. */
export interface UnreadableRow {
  readonly sql: string;
  readonly reason: string;
}

/** A full disk is an error for the user; all others of the database are for the caller. */
function translated(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code !== 'SQLITE_FULL') return error;
  const message = 'The list of jobs cannot be written: the disk of the data folder is full.';
  return new EnlargerError('output/no-space', message, { systemCode: 'ENOSPC' }, { cause: error });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Texts arrive as bytes; @throws TypeError for bytes that are not valid UTF-8. */
function decoded(row: unknown): Record<string, unknown> {
  const entries = Object.entries(row as Record<string, unknown>); // the binding returns rows as objects
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isBlob(value) ? UTF8.decode(value) : value]),
  );
}

/** The binding returns the blobs of one row as a buffer, and those of several as plain memory. */
function isBlob(value: unknown): value is ArrayBuffer | Uint8Array {
  return value instanceof ArrayBuffer || value instanceof Uint8Array;
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}

/** Why a row, with its texts as bytes, cannot be read; undefined if it can. */
export function problemOf(schema: z.ZodType, row: unknown): string | undefined {
  try {
    schema.parse(decoded(row));
    return undefined;
  } catch (error) {
    return oneLine(error);
  }
}

type Statement = Database.Statement<SqlValue[]>;

/**
 * One open database file. Statements are prepared once; rows are parsed by a schema, because a file that is years old
 * is unknown input. Everything is synchronous: a commit has reached the disk when its call returns.
 *
 * [Note: Texts are read as bytes] The binding ends the whole process when a text is not valid UTF-8, and one flipped
 * bit is enough. So every query is wrapped in another one that returns its texts as blobs, and they are decoded here.
 */
export class SqlConnection {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Statement>();
  readonly #readers = new Map<string, Statement>();
  readonly #reported = new Set<string>();
  /** Called once for each kind of unreadable row, which queries leave out. */
  onUnreadable: (row: UnreadableRow) => void = () => undefined;

  /** @param file Path of the database, or `:memory:`. */
  constructor(file: string) {
    this.#database = new Database(file);
  }

  #attempt<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw translated(error);
    }
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare<SqlValue[]>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** A query whose texts are returned as blobs. A change that returns its new number has no text. */
  #reader(sql: string): Statement {
    const known = this.#readers.get(sql);
    if (known !== undefined) return known;
    const isQuery = /^\s*(SELECT|WITH)\b/i.test(sql);
    const columns = isQuery ? this.#prepared(sql).columns() : [];
    const values = columns.map(({ name }) => {
      const column = `"${name.replaceAll('"', '""')}"`;
      return `CASE typeof(${column}) WHEN 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END AS ${column}`;
    });
    const reader = isQuery
      ? this.#prepared(`SELECT ${values.join(', ')} FROM (${sql})`)
      : this.#prepared(sql);
    this.#readers.set(sql, reader);
    return reader;
  }

  #parse<Row>(schema: z.ZodType<Row>, sql: string, row: unknown): Row[] {
    try {
      return [schema.parse(decoded(row))];
    } catch (error) {
      const reason = oneLine(error);
      if (!this.#reported.has(sql + reason)) this.onUnreadable({ sql, reason });
      this.#reported.add(sql + reason);
      return [];
    }
  }

  /** @returns How many rows it changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return this.#attempt(() => this.#prepared(sql).run(...values).changes);
  }

  /** The first row; undefined without a row, or if it cannot be read. */
  one<Row>(schema: z.ZodType<Row>, sql: string, ...values: SqlValue[]): Row | undefined {
    const row: unknown = this.#attempt(() => this.#reader(sql).get(...values));
    return row === undefined ? undefined : this.#parse(schema, sql, row)[0];
  }

  /** All rows that can be read. */
  all<Row>(schema: z.ZodType<Row>, sql: string, ...values: SqlValue[]): Row[] {
    const rows: unknown[] = this.#attempt(() => this.#reader(sql).all(...values));
    return rows.flatMap((row) => this.#parse(schema, sql, row));
  }

  /** Rows as they are stored: numbers, null, and texts as bytes. */
  raw(sql: string, ...values: SqlValue[]): Record<string, unknown>[] {
    return this.#attempt(() => this.#reader(sql).all(...values)) as Record<string, unknown>[]; // as the binding returns them
  }

  /** Several statements without values, or one that must not be kept prepared. */
  script(sql: string): void {
    this.#database.exec(sql);
  }

  /** Whether a row was added, changed or deleted since the file was opened. */
  hasChanged(): boolean {
    return this.one(z.object({ changes: z.number() }), 'SELECT total_changes() AS changes')?.changes !== 0;
  }

  /** The rows that a pragma returns. */
  pragma(text: string): unknown {
    return this.#database.pragma(text);
  }

  /** Runs the work in a transaction; within another one, it becomes part of that. */
  transaction<Result>(work: () => Result): Result {
    if (this.#database.inTransaction) return work();
    return this.#commit(work);
  }

  /**
   * The same for changes that a power cut may undo: its commit does not wait for the disk, and reaches it with the next
   * commit that does. Whether the process is killed makes no difference.
   */
  transactionWithoutSync<Result>(work: () => Result): Result {
    if (this.#database.inTransaction) return work();
    this.#prepared('PRAGMA synchronous = NORMAL').run();
    try {
      return this.#commit(work);
    } finally {
      this.#prepared('PRAGMA synchronous = FULL').run();
    }
  }

  #commit<Result>(work: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#attempt(() => this.#database.exec('COMMIT'));
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** SQLite may have rolled back already, for example because the disk is full. */
  #rollBack(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
  }

  /**
   * Closes the file and releases it. The library keeps a closed connection, with its lock, for as long as one of its
   * statements has not been collected as garbage; so the lock is given back first, which in this mode of locking is
   * only possible without a write-ahead log. That also leaves a single, complete file.
   *
   * @returns Whether the file is complete now, with nothing left in a log.
   */
  close(): boolean {
    this.#statements.clear();
    this.#readers.clear();
    let isWhole = false;
    try {
      this.#database.pragma('journal_mode = DELETE');
      this.#database.pragma('locking_mode = NORMAL');
      this.#database.pragma('user_version');
      isWhole = true;
    } catch {
      // Damaged, full or never owned: there is no lock to give back, or it ends with the process.
    }
    this.#database.close();
    return isWhole;
  }
}
