import { z } from 'zod';
import type { SqlConnection } from './sqlConnection.ts';

/** A file of a watched folder as it was when it was accepted. */
export interface AcceptedFile {
  readonly path: string;
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
}

/** An accepted file whose job has ended. */
export interface FinishedFile extends AcceptedFile {
  readonly jobId: number;
}

const finishedRowSchema = z
  .object({
    path: z.string(),
    relative_path: z.string(),
    size_bytes: z.number(),
    mtime_ns: z.string(),
    inode: z.string(),
    job_id: z.number(),
  })
  .transform((row): FinishedFile => ({
    path: row.path,
    relativePath: row.relative_path,
    sizeBytes: row.size_bytes,
    mtimeNs: row.mtime_ns,
    inode: row.inode,
    jobId: row.job_id,
  }));

const COLUMNS = 'path, relative_path, size_bytes, mtime_ns, inode';

const MAX_FINISHED = 500;

/** Which version of each file of a watched folder was accepted, and which job makes its result. */
export class AcceptedFileTable {
  readonly #sql: SqlConnection;

  constructor(sql: SqlConnection) {
    this.#sql = sql;
  }

  /** @param requestHash Of everything that affects the result: with another one, the file is new again. */
  add(
    folderId: number,
    { path, relativePath, sizeBytes, mtimeNs, inode }: AcceptedFile,
    { requestHash, batchId }: { readonly requestHash: string; readonly batchId: number },
  ): void {
    this.#sql.run(
      `INSERT OR REPLACE INTO taken_files (folder_id, ${COLUMNS}, request_hash, job_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT id FROM jobs WHERE batch_id = ? AND source = ? LIMIT 1))`,
      folderId,
      path,
      relativePath,
      sizeBytes,
      mtimeNs,
      inode,
      requestHash,
      batchId,
      path,
    );
  }

  /**
   * Notes files that are ignored in their present version, whatever is requested for the folder later. They have no job, so
   * their originals stay.
   */
  addLeft(folderId: number, files: readonly AcceptedFile[]): void {
    for (const { path, relativePath, sizeBytes, mtimeNs, inode } of files) {
      this.#sql.run(
        `INSERT OR REPLACE INTO taken_files (folder_id, ${COLUMNS}, settled) VALUES (?, ?, ?, ?, ?, ?, 1)`,
        ...[folderId, path, relativePath, sizeBytes, mtimeNs, inode],
      );
    }
  }

  /** Whether exactly this version of the file was accepted for this request; older versions of the store knew none. */
  has(folderId: number, { path, sizeBytes, mtimeNs, inode }: AcceptedFile, requestHash: string): boolean {
    const sql = `SELECT EXISTS (SELECT 1 FROM taken_files WHERE folder_id = ? AND path = ?
      AND size_bytes = ? AND mtime_ns = ? AND inode = ? AND coalesce(request_hash, ?) = ?) AS found`;
    const schema = z.object({ found: z.number() });
    const values = [folderId, path, sizeBytes, mtimeNs, inode, requestHash, requestHash];
    return this.#sql.one(schema, sql, ...values)?.found === 1;
  }

  /**
   * Files whose job for this request has ended with a result, and whose originals were not moved away yet, by path. A file
   * that was enlarged for another request, with other settings or elsewhere, has to be enlarged again first.
   *
   * @param afterPath Where the last page ended.
   */
  finished(folderId: number, requestHash: string, afterPath = ''): FinishedFile[] {
    const sql = `SELECT ${COLUMNS}, job_id FROM taken_files WHERE folder_id = ? AND settled = 0 AND path > ?
      AND coalesce(request_hash, ?) = ?
      AND EXISTS (SELECT 1 FROM jobs WHERE jobs.id = job_id AND state IN ('done', 'skipped'))
      ORDER BY path LIMIT ${MAX_FINISHED}`;
    return this.#sql.all(finishedRowSchema, sql, folderId, afterPath, requestHash, requestHash);
  }

  /** The watched folder for which a job works; undefined if it is not for one. */
  folderOf(jobId: number): number | undefined {
    const schema = z.object({ folder_id: z.number() });
    return this.#sql.one(schema, 'SELECT folder_id FROM taken_files WHERE job_id = ?', jobId)?.folder_id;
  }

  /** Files whose job has failed. */
  failed(folderId: number): FinishedFile[] {
    const sql = `SELECT ${COLUMNS}, job_id FROM taken_files WHERE folder_id = ?
      AND EXISTS (SELECT 1 FROM jobs WHERE jobs.id = job_id AND state = 'failed')`;
    return this.#sql.all(finishedRowSchema, sql, folderId);
  }

  /** Records that a file needs no more work. */
  settle(folderId: number, path: string): void {
    this.#sql.run('UPDATE taken_files SET settled = 1 WHERE folder_id = ? AND path = ?', folderId, path);
  }

  /** All paths that were accepted. */
  paths(folderId: number): string[] {
    const schema = z.object({ path: z.string() });
    const sql = 'SELECT path FROM taken_files WHERE folder_id = ?';
    return this.#sql.all(schema, sql, folderId).map(({ path }) => path);
  }

  /** Forgets files, so that they count as new when they reappear. */
  forget(folderId: number, paths: readonly string[]): void {
    const sql = 'DELETE FROM taken_files WHERE folder_id = ? AND path IN (SELECT value FROM json_each(?))';
    if (paths.length > 0) this.#sql.run(sql, folderId, JSON.stringify(paths));
  }

  /** Forgets a file unless another version of it has been accepted since. */
  forgetVersion(folderId: number, { path, sizeBytes, mtimeNs, inode }: AcceptedFile): void {
    const sql = `DELETE FROM taken_files WHERE folder_id = ? AND path = ?
      AND size_bytes = ? AND mtime_ns = ? AND inode = ?`;
    this.#sql.run(sql, folderId, path, sizeBytes, mtimeNs, inode);
  }

  /** Forgets everything below a folder. @param prefix Its path with a separator at the end. */
  forgetBelow(folderId: number, prefix: string): void {
    const sql = 'DELETE FROM taken_files WHERE folder_id = ? AND substr(path, 1, length(?)) = ?';
    this.#sql.run(sql, folderId, prefix, prefix);
  }
}
