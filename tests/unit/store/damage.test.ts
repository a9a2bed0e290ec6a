import { readdirSync, readFileSync, utimesSync, writeFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openMemoryStore, openStore } from '../../../core/store/openStore.ts';
import { takeSnapshot, takeSnapshotIfDue } from '../../../core/store/snapshots.ts';
import { SqlConnection } from '../../../core/store/sqlConnection.ts';
import { STORE_FILE, type Store } from '../../../core/store/store.ts';
import { damageRounds } from '../../support/damageRounds.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function openIn(folder: string): { store: Store; notes: readonly string[] } {
  const opened = openStore(folder, 'a test');
  onTestFinished(() => {
    opened.store.close();
  });
  return opened;
}

function filledFolder(): string {
  const folder = temporaryFolder();
  const { store } = openStore(folder, 'a test');
  store.addBatch(sampleBatch(), 0, waitingJobs(3));
  store.addBatch(sampleBatch({ nameTemplate: 'second_{name}.{ext}' }), 0, waitingJobs(2));
  store.close();
  return folder;
}

/** Damages a text in the file of a store: at its first place, or everywhere, because free pages contain older copies. */
function flip(folder: string, text: string, byte: number, where: 'first' | 'all' = 'first'): void {
  const file = path.join(folder, STORE_FILE);
  const bytes = readFileSync(file);
  for (let at = bytes.indexOf(text); at >= 0; at = where === 'all' ? bytes.indexOf(text) : -1)
    bytes[at] = byte;
  writeFileSync(file, bytes);
}

/** Changes a store as a faulty version could have: without a seal, so that the change is not noticed. */
function script(folder: string, sql: string): void {
  const connection = new SqlConnection(path.join(folder, STORE_FILE));
  connection.script(sql);
  connection.close();
  rmSync(path.join(folder, `${STORE_FILE}.seal`));
}

test.each([
  { what: 'bytes that are not UTF-8', byte: 0xff },
  { what: 'another letter', byte: 0x58 },
])('a text with $what sets one row aside, and is reported', ({ byte }) => {
  const folder = filledFolder();
  flip(folder, 'photos/1.png', byte);
  const { store, notes } = openIn(folder);
  expect(store.jobs.counts().queued).toBe(4);
  expect(notes.join(' ')).toMatch(/1 row was set aside/);
});

test.each(['name_key', 'CREATE TABLE jobs', 'taken_files_by_job'])(
  'a byte of the schema that is not text ends no process: %s',
  (name) => {
    const folder = filledFolder();
    flip(folder, name, 0xff, 'all');
    const { store, notes } = openIn(folder);
    expect([store.jobs.counts().queued, notes.join(' ')]).toEqual([0, expect.stringMatching(/was damaged/)]);
  },
);

test('damage at random places of a store ends no process, and no row is read with another meaning', async () => {
  const sealed = await damageRounds(temporaryFolder(), 12, 'sealed');
  expect(sealed.aborts).toEqual([]);
  expect(sealed.results.filter(({ silent }) => silent)).toEqual([]);
  const open = await damageRounds(temporaryFolder(), 6, 'open');
  expect([open.results.length, open.aborts]).toEqual([6, []]);
});

test('a request that could not be read back is refused, and nothing of it is stored', () => {
  const store = openMemoryStore();
  const add = (nameTemplate: string): number =>
    store.addBatch(sampleBatch({ nameTemplate }), 0, waitingJobs(1));
  for (const bad of ['', 'x'.repeat(1_001)]) {
    expect(() => add(bad)).toThrow(expect.objectContaining({ code: 'request/invalid' }));
  }
  expect([store.batches.list(), store.jobs.counts().queued]).toEqual([[], 0]);
  store.close();
});

test('an ending with a figure that is NaN is refused, and an error keeps its message', () => {
  const store = openMemoryStore();
  store.addBatch(sampleBatch(), 0, waitingJobs(2));
  const take = (): NonNullable<ReturnType<typeof store.transitions.takeNext>> => {
    const job = store.transitions.takeNext(() => ({ tempPath: '/t', scratchFolder: '/s' }));
    if (job === undefined) throw new Error('There is no job.');
    return job;
  };
  const job = take();
  const size = { width: 1, height: 1 };
  const made = {
    outputPath: '/o',
    outputSize: size,
    outputBytes: 1,
    device: 'cpu',
    repairedTiles: 0,
    warnings: [],
  };
  expect(() => store.transitions.end(job, { kind: 'done', ...made, elapsedMs: NaN })).toThrow();
  store.transitions.end(job, {
    kind: 'failed',
    error: { code: 'image/corrupt', message: 'Damaged.', details: { at: Infinity, deep: {} } as never },
  });
  expect(store.jobs.get(job.id)?.state).toEqual({
    kind: 'failed',
    error: { code: 'image/corrupt', message: 'Damaged.' },
  });
  store.close();
});

test('a batch that cannot be read is set aside with its jobs, and all others continue', () => {
  const folder = filledFolder();
  script(folder, `UPDATE batches SET spec = json_set(spec, '$.nameTemplate', '') WHERE id = 1`);
  const { store, notes } = openIn(folder);
  expect(store.batches.list().map(({ id }) => id)).toEqual([2]);
  expect(store.jobs.counts().queued).toBe(2);
  expect(notes.join(' ')).toMatch(/batches.*cannot be read and was set aside.*nameTemplate/);
  store.close();
  const sql = new SqlConnection(path.join(folder, STORE_FILE));
  expect(sql.raw('SELECT id FROM set_aside')).toHaveLength(4);
  sql.close();
});

test('a copy that was put in the place of the store by hand is accepted', () => {
  const folder = temporaryFolder();
  const { store } = openStore(folder, 'a test');
  store.addBatch(sampleBatch(), 0, waitingJobs(3));
  takeSnapshot(store, folder);
  store.addBatch(sampleBatch(), 0, waitingJobs(1));
  store.close();
  const snapshots = path.join(folder, 'snapshots');
  const [copy = ''] = readdirSync(snapshots).filter((name) => name.endsWith('.db'));
  writeFileSync(path.join(folder, STORE_FILE), readFileSync(path.join(snapshots, copy)));
  const opened = openIn(folder);
  expect([opened.store.jobs.counts().queued, opened.notes]).toEqual([3, []]);
});

test('a clock that was wrong at one start neither stops the copies nor makes that copy the newest', () => {
  const folder = temporaryFolder();
  const { store } = openStore(folder, 'a test');
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2099-01-01') });
  store.addBatch(sampleBatch(), 0, waitingJobs(1));
  takeSnapshotIfDue(store, folder, 'start');
  vi.useRealTimers();
  const snapshots = path.join(folder, 'snapshots');
  const future = readdirSync(snapshots).find((name) => name.endsWith('.db')) ?? '';
  utimesSync(path.join(snapshots, future), new Date('2099-01-01'), new Date('2099-01-01'));
  store.addBatch(sampleBatch(), 0, waitingJobs(4));
  takeSnapshotIfDue(store, folder, 'start');
  expect(readdirSync(snapshots).filter((name) => name.endsWith('.db'))).toHaveLength(2);
  store.close();
  writeFileSync(path.join(folder, STORE_FILE), 'not a store'.repeat(400));
  expect(openIn(folder).store.jobs.counts().queued).toBe(5);
});

test('a clock that was set back at one start does not make older copies the newest', () => {
  const folder = temporaryFolder();
  const { store } = openStore(folder, 'a test');
  store.addBatch(sampleBatch(), 0, waitingJobs(1));
  takeSnapshot(store, folder);
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('1970-02-03') });
  store.addBatch(sampleBatch(), 0, waitingJobs(4));
  takeSnapshot(store, folder);
  vi.useRealTimers();
  store.close();
  writeFileSync(path.join(folder, STORE_FILE), 'not a store'.repeat(400));
  expect(openIn(folder).store.jobs.counts().queued).toBe(5);
});

test('a folder of copies that cannot be written is reported, and the program works without', () => {
  const folder = temporaryFolder();
  const { store } = openIn(folder);
  writeFileSync(path.join(folder, 'snapshots'), 'a file in the place of the folder');
  expect(takeSnapshotIfDue(store, folder, 'start')).toMatch(/The list of jobs could not be copied to/);
  expect(store.addBatch(sampleBatch(), 0, waitingJobs(1))).toBe(1);
});
