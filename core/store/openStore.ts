import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { EnlargerError } from '../api/errors.ts';
import { makeFolderSync } from '../files/makeFolder.ts';
import { MIGRATIONS } from './migrations.ts';
import { SqlConnection } from './sqlConnection.ts';
import { forgetOwner, noteOwner, readOwner } from './ownerFile.ts';
import { Store } from './store.ts';

export const STORE_FILE = 'enlarger.db';
const SNAPSHOT_FOLDER = 'snapshots';
const SNAPSHOT_NAME = /^enlarger-\d{8}T\d{9}Z\.db$/;
const SNAPSHOTS_KEPT = 10;

/** How often the host looks whether a copy is due, and how old the newest one may be. */
export const SNAPSHOT_EVERY_MS = 24 * 60 * 60 * 1000;

/** How long to wait for a process that is just ending. */
const BUSY_TIMEOUT_MS = 250;

const versionSchema = z.array(z.object({ user_version: z.number() }));
const checkSchema = z.array(z.object({ quick_check: z.string() }));

export interface OpenedStore {
  readonly store: Store;
  /** What had to be done that a person should know, in sentences; empty for an opening without trouble. */
  readonly notes: readonly string[];
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isDamage(error: unknown): boolean {
  return ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].some((code) => codeOf(error).startsWith(code));
}

function versionOf(sql: SqlConnection): number {
  const [row] = versionSchema.parse(sql.pragma('user_version'));
  return row?.user_version ?? 0;
}

function assertKnownVersion(sql: SqlConnection, file: string): void {
  const version = versionOf(sql);
  if (version <= MIGRATIONS.length) return;
  const message =
    `${file} was written by a newer version of this program (${version}, this one knows ${MIGRATIONS.length}). ` +
    'Use that version, or another data folder.';
  throw new EnlargerError('store/too-new', message, { file, version, known: MIGRATIONS.length });
}

/**
 * Takes the store for this process alone. The lock is the operating system's and lies on the file itself: it ends with
 * the process, however that ends, so there is no stale lock and never a second owner.
 */
function takeOwnership(sql: SqlConnection, file: string): void {
  try {
    sql.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    sql.pragma('locking_mode = EXCLUSIVE');
    // Before anything is written: a store of a newer version is not even touched.
    assertKnownVersion(sql, file);
    sql.pragma('journal_mode = WAL');
    sql.pragma('synchronous = FULL');
    // On macOS an ordinary sync leaves the data in the disk's own memory.
    sql.pragma('fullfsync = ON');
    sql.pragma('foreign_keys = ON');
    sql.transaction(() => undefined);
  } catch (error) {
    if (!codeOf(error).startsWith('SQLITE_BUSY')) throw error;
    const folder = path.dirname(file);
    const owner = readOwner(folder);
    const by = owner ? `${owner.purpose} (process ${owner.pid})` : 'another process of this program';
    const message = `The list of jobs in ${folder} is in use by ${by}.`;
    throw new EnlargerError('store/in-use', message, { folder, pid: owner?.pid ?? null }, { cause: error });
  }
}

function assertSound(sql: SqlConnection): void {
  const [first] = checkSchema.parse(sql.pragma('quick_check(1)'));
  if (first?.quick_check === 'ok') return;
  throw Object.assign(new Error(first?.quick_check ?? 'no answer'), { code: 'SQLITE_CORRUPT' });
}

function migrate(sql: SqlConnection, from: number): void {
  sql.transaction(() => {
    for (const step of MIGRATIONS.slice(from)) sql.script(step);
    sql.script(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

function openFile(file: string): Store {
  const sql = new SqlConnection(file);
  try {
    takeOwnership(sql, file);
    assertSound(sql);
    const version = versionOf(sql);
    if (version < MIGRATIONS.length) {
      if (version > 0)
        new Store(sql).copyTo(path.join(path.dirname(file), `before-version-${MIGRATIONS.length}.db`));
      migrate(sql, version);
    }
    return new Store(sql, () => {
      forgetOwner(path.dirname(file));
    });
  } catch (error) {
    sql.close();
    throw error;
  }
}

function timestamp(): string {
  return new Date().toISOString().replaceAll(/[-:.]/g, '');
}

function snapshotsOf(folder: string): string[] {
  const snapshots = path.join(folder, SNAPSHOT_FOLDER);
  if (!existsSync(snapshots)) return [];
  return readdirSync(snapshots)
    .filter((name) => SNAPSHOT_NAME.test(name))
    .sort()
    .reverse()
    .map((name) => path.join(snapshots, name));
}

/** Moves a damaged store aside, with what belongs to it; nothing is deleted. */
function putAside(file: string): string {
  const aside = `${file}.damaged-${timestamp()}`;
  for (const ending of ['', '-wal', '-shm']) {
    if (existsSync(file + ending)) renameSync(file + ending, aside + ending);
  }
  return aside;
}

/** Puts the newest sound snapshot in a damaged store's place, or begins anew where there is none. */
function replaceDamaged(file: string, cause: unknown): OpenedStore {
  const reason = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ');
  const aside = putAside(file);
  const said = `The list of jobs was damaged (${reason}); it is kept as ${aside}.`;
  for (const snapshot of snapshotsOf(path.dirname(file))) {
    copyFileSync(snapshot, file);
    try {
      const store = openFile(file);
      store.batches.suspendAll();
      const back = `The copy ${path.basename(snapshot)} took its place. Unfinished batches wait until they are started again.`;
      return { store, notes: [said, back] };
    } catch (error) {
      if (!isDamage(error)) throw error;
      rmSync(file, { force: true });
    }
  }
  return {
    store: openFile(file),
    notes: [said, 'There was no copy of it: it begins empty. No image is lost.'],
  };
}

function openOrReplace(file: string): OpenedStore {
  try {
    return { store: openFile(file), notes: [] };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return replaceDamaged(file, error);
  }
}

/** What is said of a data folder in which nothing can be kept. */
export function unusableFolder(folder: string, cause: unknown): EnlargerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `The data folder ${folder} cannot be used: ${reason}.`;
  return new EnlargerError('store/damaged', message, { folder }, { cause });
}

/**
 * Opens the store of a data folder, makes it if there is none, and takes it for this process. A damaged one is kept
 * aside and replaced by its newest sound copy.
 *
 * @param purpose What this process is, in words for people; said to others that want the store, too.
 * @throws EnlargerError `store/in-use`, `store/too-new`, or `store/damaged` where the folder cannot be used at all.
 */
export function openStore(folder: string, purpose: string): OpenedStore {
  try {
    makeFolderSync(folder, { mode: 0o700 });
    const opened = openOrReplace(path.join(folder, STORE_FILE));
    noteOwner(folder, { pid: process.pid, purpose });
    return opened;
  } catch (error) {
    throw error instanceof EnlargerError ? error : unusableFolder(folder, error);
  }
}

/** A store that ends with the process: for a machine without a writable data folder, and for tests. */
export function openMemoryStore(): Store {
  const sql = new SqlConnection(':memory:');
  sql.pragma('foreign_keys = ON');
  migrate(sql, 0);
  return new Store(sql);
}

/** When the newest copy was taken, in milliseconds since 1970; undefined where there is none. */
function newestSnapshotAt(folder: string): number | undefined {
  const [newest] = snapshotsOf(folder);
  return newest === undefined ? undefined : statSync(newest).mtimeMs;
}

/** Takes a copy where there is none or the newest is a day old. */
export function takeSnapshotIfDue(store: Store, folder: string): void {
  const newest = newestSnapshotAt(folder);
  if (newest === undefined || Date.now() - newest >= SNAPSHOT_EVERY_MS) takeSnapshot(store, folder);
}

/** Writes a copy of the store beside it and deletes the oldest copies beyond ten. */
export function takeSnapshot(store: Store, folder: string): void {
  const snapshots = path.join(folder, SNAPSHOT_FOLDER);
  makeFolderSync(snapshots, { mode: 0o700 });
  const name = `enlarger-${timestamp()}.db`;
  const unfinished = path.join(snapshots, `.${name}`);
  store.copyTo(unfinished);
  renameSync(unfinished, path.join(snapshots, name));
  for (const old of snapshotsOf(folder).slice(SNAPSHOTS_KEPT)) rmSync(old, { force: true });
}
