import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { makeFolderSync } from '../files/makeFolder.ts';
import { isSmall, removeSeal, writeSeal } from './seal.ts';
import { STORE_FILE, type Store } from './store.ts';

const SNAPSHOT_FOLDER = 'snapshots';
const SNAPSHOT_NAME = /^enlarger-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.db$/;
const SNAPSHOTS_KEPT = 10;

/** A copy that is dated later than this was taken while the clock was wrong. */
const CLOCK_SLACK_MS = 60 * 60 * 1000;

/** How often the host checks whether a copy is due, and how old the newest one may be. */
export const SNAPSHOT_EVERY_MS = 24 * 60 * 60 * 1000;

/** The time in the form used in the names of copies and of stores that were set aside. */
export function timestamp(time = new Date()): string {
  return time.toISOString().replaceAll(/[-:.]/g, '');
}

/**
 * Copies in the order in which they were written, newest first. Their names keep it although the clock may have jumped;
 * names of earlier versions may not, so a copy from the future comes last.
 */
export function snapshotsOf(folder: string): string[] {
  const snapshots = path.join(folder, SNAPSHOT_FOLDER);
  if (!existsSync(snapshots)) return [];
  const nowMs = Date.now();
  return readdirSync(snapshots)
    .filter((name) => SNAPSHOT_NAME.test(name))
    .map((name) => path.join(snapshots, name))
    .map((file) => ({ file, isFuture: statSync(file).mtimeMs > nowMs + CLOCK_SLACK_MS }))
    .sort((a, b) => Number(a.isFuture) - Number(b.isFuture) || (a.file < b.file ? 1 : -1))
    .map(({ file }) => file);
}

/** A copy with a name or time in the future was made while the clock was wrong, so its age is unknown. */
function ageMs(snapshot: string, nowMs: number): number {
  const age = nowMs - statSync(snapshot).mtimeMs;
  return age < 0 ? Infinity : age;
}

/**
 * Makes a copy, unless the newest is less than a day old. The program works without one, so an unwritable folder
 * and a full disk are reported, not thrown.
 *
 * @param moment A long list, which takes seconds to copy, is not copied while people wait for the start, nor later
 *   if nothing was changed since.
 * @returns Why there is no copy; undefined if all is well.
 */
export function takeSnapshotIfDue(
  store: Store,
  folder: string,
  moment: 'start' | 'later',
): string | undefined {
  try {
    const isWorthwhile = moment === 'later' ? store.hasChanged() : isSmall(path.join(folder, STORE_FILE));
    if (!isWorthwhile) return undefined;
    const now = Date.now();
    const ages = snapshotsOf(folder).map((snapshot) => ageMs(snapshot, now));
    if (Math.min(...ages) >= SNAPSHOT_EVERY_MS) takeSnapshot(store, folder);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The list of jobs could not be copied to ${path.join(folder, SNAPSHOT_FOLDER)}: ${reason}`;
  }
}

/** A name that sorts after those of all existing copies, whatever the clock shows, so that names keep the order of writing. */
function nextName(snapshots: string): string {
  const times = readdirSync(snapshots).flatMap((name) => timeOf(name) ?? []);
  return `enlarger-${timestamp(new Date(Math.max(Date.now(), ...times.map((time) => time + 1))))}.db`;
}

/** The time in the name of a copy, in milliseconds; undefined for other files. */
function timeOf(name: string): number | undefined {
  const digits = SNAPSHOT_NAME.exec(name)?.slice(1).map(Number);
  if (digits === undefined) return undefined;
  const [year = 0, month = 1, day, hours, minutes, seconds, milliseconds] = digits;
  return Date.UTC(year, month - 1, day, hours, minutes, seconds, milliseconds);
}

/** Writes a copy of the store next to it and deletes the oldest copies beyond ten. */
export function takeSnapshot(store: Store, folder: string): void {
  const snapshots = path.join(folder, SNAPSHOT_FOLDER);
  makeFolderSync(snapshots, { mode: 0o700 });
  removeUnfinished(snapshots);
  const file = path.join(snapshots, nextName(snapshots));
  const unfinished = path.join(snapshots, `.${path.basename(file)}`);
  try {
    store.copyTo(unfinished);
    chmodSync(unfinished, 0o600);
    renameSync(unfinished, file);
    writeSeal(file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  // The one just taken is the newest, whatever the clock showed when the others were.
  const others = snapshotsOf(folder).filter((each) => each !== file);
  for (const old of others.slice(SNAPSHOTS_KEPT - 1)) {
    rmSync(old, { force: true });
    removeSeal(old);
  }
}

/** Remains of earlier copies after a full disk or a sudden end. */
function removeUnfinished(snapshots: string): void {
  for (const name of readdirSync(snapshots)) {
    if (name.startsWith('.enlarger-')) rmSync(path.join(snapshots, name), { force: true });
  }
}
