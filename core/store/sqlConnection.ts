import Database from 'libsql';
import type { z } from 'zod';
import { EnlargerError } from '../api/errors.ts';

export type SqlValue = string | number | null;

/** A full disk is the user's to solve; every other error of the database is for the caller. */
function translated(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code !== 'SQLITE_FULL') return error;
  const message = 'The list of jobs cannot be written: the disk of the data folder is full.';
  return new EnlargerError('output/no-space', message, { systemCode: 'ENOSPC' }, { cause: error });
}

/**
 * One open database file. Statements are prepared once; rows are parsed by a schema, because what lies on a disk for
 * years is unknown input. Everything is synchronous: a commit has reached the disk when its call returns.
 */
export class SqlConnection {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement<SqlValue[]>>();

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

  #prepared(sql: string): Database.Statement<SqlValue[]> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare<SqlValue[]>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** @returns How many rows it changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return this.#attempt(() => this.#prepared(sql).run(...values).changes);
  }

  /** The first row, or undefined. */
  one<Row>(schema: z.ZodType<Row>, sql: string, ...values: SqlValue[]): Row | undefined {
    const row = this.#attempt(() => this.#prepared(sql).get(...values));
    return row === undefined ? undefined : schema.parse(row);
  }

  all<Row>(schema: z.ZodType<Row>, sql: string, ...values: SqlValue[]): Row[] {
    return this.#prepared(sql)
      .all(...values)
      .map((row) => schema.parse(row));
  }

  /** Several statements without values, or one that must not be kept prepared. */
  script(sql: string): void {
    this.#database.exec(sql);
  }

  /** Rows of a pragma as they come. */
  pragma(text: string): unknown {
    return this.#database.pragma(text);
  }

  /** All of the work or none of it; within another transaction it is a part of that one. */
  transaction<Result>(work: () => Result): Result {
    if (this.#database.inTransaction) return work();
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

  /** A full disk can have rolled it back already. */
  #rollBack(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
  }

  /**
   * Closes the file and gives it free. The library keeps a closed connection, with its lock, for as long as one of its
   * statements has not been collected as garbage; so the lock is given back first, which in this mode of locking is
   * only possible without a write-ahead log. That also leaves one whole file.
   */
  close(): void {
    this.#statements.clear();
    try {
      this.#database.pragma('journal_mode = DELETE');
      this.#database.pragma('locking_mode = NORMAL');
      this.#database.pragma('user_version');
    } catch {
      // Damaged, full or never owned: there is no lock to give back, or it ends with the process.
    }
    this.#database.close();
  }
}
