import { z } from 'zod';
import type { SqlConnection } from './sqlConnection.ts';

/** A file of a watched folder as it was when it was taken. */
export interface AcceptedFile {
  readonly path: string;
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
}

const rowSchema = z
  .object({
    path: z.string(),
    relative_path: z.string(),
    size_bytes: z.number(),
    mtime_ns: z.string(),
    inode: z.string(),
  })
  .transform((row): AcceptedFile => ({
    path: row.path,
    relativePath: row.relative_path,
    sizeBytes: row.size_bytes,
    mtimeNs: row.mtime_ns,
    inode: row.inode,
  }));

const PAGE = 500;

/** Which version of each file was taken from a watched folder. */
export class AcceptedFileTable {
  readonly #sql: SqlConnection;

  constructor(sql: SqlConnection) {
    this.#sql = sql;
  }

  add(folderId: number, { path, relativePath, sizeBytes, mtimeNs, inode }: AcceptedFile): void {
    this.#sql.run(
      `INSERT OR REPLACE INTO taken_files (folder_id, path, relative_path, size_bytes, mtime_ns, inode)
       VALUES (?, ?, ?, ?, ?, ?)`,
      ...[folderId, path, relativePath, sizeBytes, mtimeNs, inode],
    );
  }

  /** Whether exactly this version of the file was taken. */
  has(folderId: number, { path, sizeBytes, mtimeNs, inode }: AcceptedFile): boolean {
    const sql = `SELECT EXISTS (SELECT 1 FROM taken_files WHERE folder_id = ? AND path = ?
      AND size_bytes = ? AND mtime_ns = ? AND inode = ?) AS found`;
    const schema = z.object({ found: z.number() });
    return this.#sql.one(schema, sql, ...[folderId, path, sizeBytes, mtimeNs, inode])?.found === 1;
  }

  /** Files whose result is there, by any job that a watched folder asked for, and that were not settled yet. */
  finished(folderId: number): AcceptedFile[] {
    const sql = `SELECT path, relative_path, size_bytes, mtime_ns, inode FROM taken_files
      WHERE folder_id = ? AND settled = 0 AND EXISTS (
        SELECT 1 FROM jobs JOIN batches ON batches.id = jobs.batch_id
        WHERE jobs.source = taken_files.path AND batches.origin = 'watched-folder' AND jobs.state = 'done')
      LIMIT ${PAGE}`;
    return this.#sql.all(rowSchema, sql, folderId);
  }

  /** Notes that nothing more is to be done for a file. */
  settle(folderId: number, path: string): void {
    this.#sql.run('UPDATE taken_files SET settled = 1 WHERE folder_id = ? AND path = ?', folderId, path);
  }
}
