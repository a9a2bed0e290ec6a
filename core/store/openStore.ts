/**
 * @file The store, in the order of its life: `openStore.ts` opens it (`ownerFile.ts`: for whom; `migrations.ts`: for
 * which version), checks it against its `seal.ts` and `rowDigests.ts`, sets aside what is damaged (`setAside.ts`) or
 * puts one of its `snapshots.ts` in its place. `store.ts` joins the tables; a job goes through `jobTable.ts`
 * (`storedJob.ts`, `jobChoice.ts`, `jobPage.ts`), `jobTransitions.ts` (`nextJob.ts`, `madeImage.ts`) and `resultTable.ts`. `sqlConnection.ts` is
 * the only file that knows the database, `readStored.ts` reads JSON of every version. `copyOfStore.ts` is for those who
 * only read.
 */
import { isUtf8 } from 'node:buffer';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { EnlargerError } from '../api/errors.ts';
import { closeToOthers } from '../files/closeToOthers.ts';
import { makeFolderSync } from '../files/makeFolder.ts';
import { MIGRATIONS } from './migrations.ts';
import { rowDigests, type RowDigests } from './rowDigests.ts';
import { snapshotsOf, timestamp } from './snapshots.ts';
import { fitsSeal, isSmall, readSeal, removeSeal, writeSeal, type Seal } from './seal.ts';
import { mend } from './setAside.ts';
import { SqlConnection } from './sqlConnection.ts';
import { forgetOwner, noteOwner, readOwner } from './ownerFile.ts';
import { Store, STORE_FILE } from './store.ts';

/** How long to wait for a process that is just ending. */
const BUSY_TIMEOUT_MS = 250;

const versionSchema = z.array(z.object({ user_version: z.number() }));

export interface OpenedStore {
  readonly store: Store;
  /** Sentences on repairs that a person should know about, or an empty list. */
  readonly notes: readonly string[];
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * Error codes of a file that is not a sound store; `SQLITE_ERROR` if its tables are not as expected.
 */
const DAMAGE = [
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_ERROR',
  'SQLITE_SCHEMA',
  'SQLITE_FORMAT',
  'SQLITE_MISMATCH',
];

function isDamage(error: unknown): boolean {
  return DAMAGE.some((code) => codeOf(error).startsWith(code));
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
 * Claims the store for this process alone. The lock is the operating system's, on the file itself: it ends with
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

/** If a bit in the name of a column is flipped, the binding ends the whole process at the first query for it. */
function assertReadableSchema(sql: SqlConnection): void {
  const rows = sql.raw('SELECT name AS text FROM sqlite_schema UNION ALL SELECT sql FROM sqlite_schema');
  for (const { text } of rows) {
    if (text instanceof ArrayBuffer && !isUtf8(text)) {
      throw Object.assign(new Error('The names of its columns are damaged.'), { code: 'SQLITE_CORRUPT' });
    }
  }
}

function assertSound(sql: SqlConnection): void {
  assertReadableSchema(sql);
  // Also finds what only a query would reveal, such as an index that does not match its table.
  const checks = sql.raw('SELECT integrity_check AS found FROM pragma_integrity_check(1)');
  const found = checks[0]?.['found'];
  const text = found instanceof ArrayBuffer ? Buffer.from(found).toString('latin1') : 'no answer';
  if (text === 'ok') return;
  throw Object.assign(new Error(text), { code: 'SQLITE_CORRUPT' });
}

function migrate(sql: SqlConnection, from: number): void {
  sql.transaction(() => {
    for (const step of MIGRATIONS.slice(from)) sql.script(step);
    sql.script(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

/** A file's seal: `intact` if the file is as it was closed. */
type SealState = { readonly kind: 'absent' } | { readonly kind: 'intact' | 'broken'; readonly seal: Seal };

function sealState(file: string): SealState {
  const seal = readSeal(file);
  if (seal === undefined) return { kind: 'absent' };
  if (fitsSeal(file, seal)) return { kind: 'intact', seal };
  // A copy that a person put in its place is sound.
  const isCopy = snapshotsOf(path.dirname(file)).some((snapshot) => {
    const own = readSeal(snapshot);
    return own !== undefined && fitsSeal(file, own);
  });
  return isCopy ? { kind: 'absent' } : { kind: 'broken', seal };
}

/** @param earlier The seal with which it was opened. */
function closeSealed(sql: SqlConnection, file: string, earlier: Seal | undefined): void {
  let rows: RowDigests | undefined;
  let unchangedSince: Seal | undefined;
  try {
    if (isSmall(file)) rows = rowDigests(sql);
    else if (!sql.hasChanged()) unchangedSince = earlier;
  } catch {
    // A full or failing disk: the store is closed without a seal.
    sql.close();
    return;
  }
  if (sql.close()) writeSeal(file, { rows, unchangedSince });
}

/** Keeps a copy of the store from before an update; one that an interrupted update left is written again. */
function copyBefore(sql: SqlConnection, copy: string): void {
  rmSync(copy, { force: true });
  new Store(sql).copyTo(copy);
  chmodSync(copy, 0o600);
}

/** Without a byte, as a repair of the file system or a full disk can leave a file. */
function isEmpty(file: string): boolean {
  return existsSync(file) && statSync(file).size === 0;
}

function openFile(file: string): OpenedStore {
  const seal = sealState(file);
  const wasEmptied = seal.kind === 'broken' || (isEmpty(file) && snapshotsOf(path.dirname(file)).length > 0);
  // The database would make the file readable for everyone; its logs inherit its permissions.
  closeSync(openSync(file, 'a', 0o600));
  const sql = new SqlConnection(file);
  try {
    takeOwnership(sql, file);
    // The file is read by the database alone from here on: closing it elsewhere would give up the lock.
    removeSeal(file);
    // A long list takes seconds to go through, and it was sound when it was closed.
    const isKnownSound = seal.kind === 'intact' && !isSmall(file);
    if (isKnownSound) assertReadableSchema(sql);
    else assertSound(sql);
    const version = versionOf(sql);
    if (version === 0 && wasEmptied)
      throw Object.assign(new Error('It is empty.'), { code: 'SQLITE_CORRUPT' });
    if (version < MIGRATIONS.length) {
      if (version > 0)
        copyBefore(sql, path.join(path.dirname(file), `before-version-${MIGRATIONS.length}.db`));
      migrate(sql, version);
    }
    const broken = version === MIGRATIONS.length && seal.kind === 'broken' ? seal.seal : undefined;
    const notes = isKnownSound ? [] : mend(sql, broken);
    const store = new Store(sql, () => {
      forgetOwner(path.dirname(file));
      closeSealed(sql, file, isKnownSound && version === MIGRATIONS.length ? seal.seal : undefined);
    });
    return { store, notes };
  } catch (error) {
    sql.close();
    throw error;
  }
}

/** Moves a damaged store aside, with what belongs to it; nothing is deleted. */
function putAside(file: string): string {
  const aside = `${file}.damaged-${timestamp()}`;
  removeSeal(file);
  for (const ending of ['', '-wal', '-shm', '-journal']) {
    if (existsSync(file + ending)) renameSync(file + ending, aside + ending);
  }
  return aside;
}

/** Puts the newest sound snapshot in a damaged store's place, or starts with an empty store. */
function replaceDamaged(file: string, cause: unknown): OpenedStore {
  const reason = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ');
  const aside = putAside(file);
  const damaged = `The list of jobs was damaged (${reason}); it is kept as ${aside}.`;
  for (const snapshot of snapshotsOf(path.dirname(file))) {
    const seal = readSeal(snapshot);
    if (seal !== undefined && !fitsSeal(snapshot, seal)) continue;
    copyFileSync(snapshot, file);
    try {
      const { store, notes } = openFile(file);
      store.batches.suspendAll();
      const back = `The copy ${path.basename(snapshot)} took its place. Unfinished batches wait until they are started again.`;
      return { store, notes: [damaged, back, ...notes] };
    } catch (error) {
      if (!isDamage(error)) throw error;
      rmSync(file, { force: true });
    }
  }
  const { store, notes } = openFile(file);
  return { store, notes: [damaged, 'There was no copy, so it starts empty. No images are lost.', ...notes] };
}

function openOrReplace(file: string): OpenedStore {
  try {
    return openFile(file);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return replaceDamaged(file, error);
  }
}

/** The error for a data folder that cannot be used. */
export function unusableFolder(folder: string, cause: unknown): EnlargerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `The data folder ${folder} cannot be used: ${reason}.`;
  return new EnlargerError('store/damaged', message, { folder }, { cause });
}

/**
 * Opens the store of a data folder, creates it if it does not exist, and claims it for this process. A damaged one is kept
 * aside and replaced by its newest sound copy.
 *
 * @param purpose What this process is, in words for people; shown to others that want the store, too.
 * @throws EnlargerError `store/in-use`, `store/too-new`, or `store/damaged` if the folder cannot be used.
 */
export function openStore(folder: string, purpose: string): OpenedStore {
  try {
    makeFolderSync(folder, { mode: 0o700 });
    closeToOthers(folder);
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
