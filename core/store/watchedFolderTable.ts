import { z } from 'zod';
import type { ErrorDto } from '../api/errors.ts';
import { storableError, storedErrorSchema } from './storedJob.ts';
import type { SqlConnection } from './sqlConnection.ts';

const settingsSchema = z.object({
  presetId: z.string(),
  settleMs: z.number(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  recursive: z.boolean(),
  moveOriginalsTo: z.string().exactOptional(),
  paused: z.boolean(),
});

/** How a folder is watched; see `addWatchedFolder` of the contract. */
export type WatchedFolderSettings = Readonly<z.infer<typeof settingsSchema>>;

/** Joins settings whose fields may be undefined; later ones win. */
export function mergedSettings(...fields: readonly object[]): WatchedFolderSettings {
  const given = fields.flatMap(Object.entries).filter(([, value]) => value !== undefined);
  return settingsSchema.parse(Object.fromEntries(given));
}

export interface StoredWatchedFolder {
  readonly id: number;
  readonly folder: string;
  readonly settings: WatchedFolderSettings;
  /** Images accepted from it so far. */
  readonly taken: number;
  readonly lastActivityAt?: number;
}

export interface PassedOver {
  readonly name: string;
  readonly error: ErrorDto;
  readonly at: number;
}

/** Reports kept for a folder; older ones are forgotten. */
const MAX_SKIPPED = 200;

/** A row of {@link FOLDER_COLUMNS}. */
export const folderRowSchema = z
  .object({
    id: z.number(),
    folder: z.string(),
    settings: z.string(),
    taken: z.number(),
    last_activity_at: z.number().nullable(),
  })
  .transform((row): StoredWatchedFolder => ({
    id: row.id,
    folder: row.folder,
    settings: settingsSchema.parse(JSON.parse(row.settings)),
    taken: row.taken,
    ...(row.last_activity_at !== null && { lastActivityAt: row.last_activity_at }),
  }));

/** A file that was not accepted, as it is stored. */
export const skippedRowSchema = z
  .object({ name: z.string(), error: z.string(), at: z.number() })
  .transform((row): PassedOver => ({ ...row, error: storedErrorSchema.parse(JSON.parse(row.error)) }));

export const FOLDER_COLUMNS = 'id, folder, settings, taken, last_activity_at';

/** Folders that are watched, and the files that were not accepted from them. */
export class WatchedFolderTable {
  readonly #sql: SqlConnection;

  constructor(sql: SqlConnection) {
    this.#sql = sql;
  }

  list(): StoredWatchedFolder[] {
    return this.#sql.all(folderRowSchema, `SELECT ${FOLDER_COLUMNS} FROM watched_folders ORDER BY id`);
  }

  get(id: number): StoredWatchedFolder | undefined {
    return this.#sql.one(folderRowSchema, `SELECT ${FOLDER_COLUMNS} FROM watched_folders WHERE id = ?`, id);
  }

  /** @returns Its number, even if the folder was already watched; it has these settings now. */
  save(folder: string, settings: WatchedFolderSettings): number {
    const row = this.#sql.one(
      z.object({ id: z.number() }),
      `INSERT INTO watched_folders (folder, settings) VALUES (?, ?)
       ON CONFLICT (folder) DO UPDATE SET settings = excluded.settings RETURNING id`,
      ...[folder, JSON.stringify(settingsSchema.parse(settings))],
    );
    if (row === undefined) throw new TypeError('A watched folder has no number.');
    return row.id;
  }

  update(id: number, settings: WatchedFolderSettings): void {
    this.#sql.run(
      'UPDATE watched_folders SET settings = ? WHERE id = ?',
      JSON.stringify(settingsSchema.parse(settings)),
      id,
    );
  }

  noteAccepted(id: number, images: number): void {
    this.#sql.run(
      'UPDATE watched_folders SET taken = taken + ?, last_activity_at = ? WHERE id = ?',
      ...[images, Date.now(), id],
    );
  }

  noteSkipped(id: number, name: string, error: ErrorDto): void {
    this.#sql.transaction(() => {
      this.#sql.run(
        'INSERT INTO passed_over (folder_id, name, error, at) VALUES (?, ?, ?, ?)',
        ...[id, name, JSON.stringify(storableError(error)), Date.now()],
      );
      this.#sql.run(
        `DELETE FROM passed_over WHERE folder_id = ? AND id NOT IN
           (SELECT id FROM passed_over WHERE folder_id = ? ORDER BY id DESC LIMIT ?)`,
        ...[id, id, MAX_SKIPPED],
      );
    });
  }

  /** Newest first. */
  passedOver(id: number): PassedOver[] {
    const sql = 'SELECT name, error, at FROM passed_over WHERE folder_id = ? ORDER BY id DESC';
    return this.#sql.all(skippedRowSchema, sql, id);
  }

  remove(id: number): boolean {
    return this.#sql.run('DELETE FROM watched_folders WHERE id = ?', id) > 0;
  }
}
