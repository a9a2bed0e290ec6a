import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openMemoryStore, openStore } from '../../../core/store/openStore.ts';
import { takeSnapshot } from '../../../core/store/snapshots.ts';
import { SqlConnection } from '../../../core/store/sqlConnection.ts';
import { STORE_FILE, type Store } from '../../../core/store/store.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { fixtureStore } from '../../support/fixtureStore.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function openIn(folder: string): { store: Store; notes: readonly string[] } {
  const opened = openStore(folder, 'a test');
  onTestFinished(() => {
    opened.store.close();
  });
  return opened;
}

/** A data folder whose store contains a batch of three, closed again. */
function filledFolder(): string {
  const folder = temporaryFolder();
  const { store } = openStore(folder, 'a test');
  store.addBatch(sampleBatch(), 0, waitingJobs(3));
  takeSnapshot(store, folder);
  store.close();
  return folder;
}

describe('a store', () => {
  test('keeps its content across a restart', () => {
    const { store, notes } = openIn(filledFolder());
    expect([store.jobs.counts().queued, notes]).toEqual([3, []]);
  });

  test('has one owner, and the error for a second one names the first', () => {
    const folder = temporaryFolder();
    openIn(folder);
    const second = (): unknown => openStore(folder, 'another');
    expect(second).toThrow(expect.objectContaining({ code: 'store/in-use' }));
    expect(second).toThrow(`a test (process ${process.pid})`);
  });

  test('is free again when its owner was killed', async () => {
    const folder = filledFolder();
    const library = path.resolve('node_modules/libsql/index.js');
    const script = `const D = require(${JSON.stringify(library)}); const d = new D(${JSON.stringify(path.join(folder, STORE_FILE))});
      d.pragma('locking_mode = EXCLUSIVE'); d.pragma('journal_mode = WAL'); d.exec('BEGIN IMMEDIATE; COMMIT');
      console.log('owned'); setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => owner.stdout.once('data', resolve));
    expect(() => openStore(folder, 'a test')).toThrow(expect.objectContaining({ code: 'store/in-use' }));
    const ended = new Promise((resolve) => owner.once('exit', resolve));
    owner.kill('SIGKILL');
    await ended;
    expect(openIn(folder).store.jobs.counts().queued).toBe(3);
  });

  test('of a newer version is not changed', () => {
    const folder = filledFolder();
    const sql = new SqlConnection(path.join(folder, STORE_FILE));
    sql.script('PRAGMA user_version = 99');
    sql.close();
    const before = readFileSync(path.join(folder, STORE_FILE));
    expect(() => openStore(folder, 'a test')).toThrow(expect.objectContaining({ code: 'store/too-new' }));
    expect(readFileSync(path.join(folder, STORE_FILE)).equals(before)).toBe(true);
  });

  test('of each earlier version is migrated with everything in it', () => {
    for (const version of [1, 2, 4, 6]) {
      const folder = temporaryFolder();
      fixtureStore(version, path.join(folder, STORE_FILE));
      const { store } = openIn(folder);
      expect(store.jobs.counts()).toMatchObject({ queued: 1, done: 1, skipped: 1, failed: 1, cancelled: 1 });
      expect(store.batches.list()[0]?.spec.settings.model).toBe('nearest');
      expect(store.presets.list()).toMatchObject([{ id: 'holiday', name: 'Holiday' }]);
      expect(store.watchedFolders.list()).toMatchObject([{ folder: '/photos/inbox', taken: 7 }]);
      const done = store.jobs.page({ states: ['done'], order: 'queue', offset: 0, limit: 1 }).jobs[0];
      expect(store.results.get(done?.id ?? 0)).toMatchObject({ outputBytes: 1234 });
    }
  });

  test('of version 4 is counted during migration, and the counts follow its jobs', () => {
    const folder = temporaryFolder();
    fixtureStore(4, path.join(folder, STORE_FILE));
    const { store, notes } = openIn(folder);
    expect(notes).toEqual([]);
    expect(store.jobs.openWork()).toEqual({ images: 1, sizedImages: 1, sizedMegapixels: 48e-6 });
    expect(store.jobs.page({ search: '3.p', order: 'queue', offset: 0, limit: 9 })).toMatchObject({
      total: 1,
    });
    expect(store.acceptedFiles.finished(1, 'e'.repeat(64))).toMatchObject([
      { relativePath: '0.png', jobId: 1 },
    ]);
    expect(store.acceptedFiles.finished(1, 'of another request')).toEqual([]);
    expect(store.transitions.retry({ jobIds: [3, 4] })).toHaveLength(2);
    expect(store.jobs.counts()).toEqual({
      queued: 3,
      running: 0,
      done: 1,
      skipped: 1,
      failed: 0,
      cancelled: 0,
    });
    expect(store.jobs.openWork()).toEqual({ images: 3, sizedImages: 2, sizedMegapixels: 96e-6 });
  });
});

describe('damage', () => {
  test.each([
    {
      what: 'a file that is not a store',
      damage: () => Buffer.from('not a database, but long enough'.repeat(40)),
    },
    {
      what: 'a page that was overwritten',
      damage: (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 4096, 3 * 4096),
    },
    { what: 'a file that was cut short', damage: (bytes: Buffer) => bytes.subarray(0, 5000) },
  ])('$what is set aside and replaced by the newest copy, with a note', ({ damage }) => {
    const folder = filledFolder();
    const file = path.join(folder, STORE_FILE);
    const damaged = damage(readFileSync(file));
    writeFileSync(file, damaged);
    const { store, notes } = openIn(folder);
    expect(store.jobs.counts().queued).toBe(3);
    expect(store.batches.list()[0]?.isSuspended).toBe(true);
    expect(notes.join(' ')).toMatch(/was damaged .* took its place/);
    const aside = readdirSync(folder).filter(
      (name) => name.includes('.damaged-') && !/-(wal|shm)$/.test(name),
    );
    expect(aside).toHaveLength(1);
    // The header counts openings; everything else is unchanged.
    expect(readFileSync(path.join(folder, aside[0]!)).subarray(100)).toEqual(
      Buffer.from(damaged.subarray(100)),
    );
  });

  test('without a copy starts empty, with a note', () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, STORE_FILE), 'x'.repeat(5000));
    const { store, notes } = openIn(folder);
    expect([store.jobs.counts().queued, notes.length]).toEqual([0, 2]);
  });

  test('of the folder itself is an error with a code', () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'data'), 'a file');
    expect(() => openStore(path.join(folder, 'data'), 'a test')).toThrow(
      expect.objectContaining({ code: 'store/damaged' }),
    );
  });
});

test('keeps its ten newest copies', () => {
  const folder = temporaryFolder();
  const { store } = openIn(folder);
  mkdirSync(path.join(folder, 'snapshots'));
  for (let day = 1; day <= 12; day++) {
    const name = `enlarger-202001${String(day).padStart(2, '0')}T000000000Z.db`;
    writeFileSync(path.join(folder, 'snapshots', name), '');
  }
  takeSnapshot(store, folder);
  const names = readdirSync(path.join(folder, 'snapshots'))
    .filter((name) => name.endsWith('.db'))
    .sort();
  expect([names.length, names[0]]).toEqual([10, 'enlarger-20200104T000000000Z.db']);
});

test('a store in memory leaves nothing behind', () => {
  const store = openMemoryStore();
  store.addBatch(sampleBatch({ settings: { ...DEFAULT_JOB_SETTINGS, model: 'lanczos' } }), 0, waitingJobs(2));
  expect(store.jobs.counts().queued).toBe(2);
  store.close();
  expect(existsSync(':memory:')).toBe(false);
});

test.skipIf(process.platform === 'win32')(
  'the data folder and what is in it are closed to other users',
  () => {
    const folder = filledFolder();
    writeFileSync(path.join(folder, 'notes.txt'), 'not the program’s own', { mode: 0o644 });
    chmodSync(folder, 0o755);
    chmodSync(path.join(folder, STORE_FILE), 0o644);
    openIn(folder);
    const modes = (place: string): string[] =>
      readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
        const file = path.join(place, entry.name);
        const mode = `${entry.name} ${(statSync(file).mode & 0o777).toString(8)}`;
        return entry.isDirectory() ? [mode, ...modes(file)] : [mode];
      });
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
    expect(modes(folder).filter((each) => !/ [67]00$/.test(each))).toEqual(['notes.txt 644']);
  },
);
