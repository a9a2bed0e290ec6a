import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../core/store/openStore.ts';
import { fitsSeal, readSeal } from '../../../core/store/seal.ts';
import { takeSnapshotIfDue } from '../../../core/store/snapshots.ts';
import { SqlConnection } from '../../../core/store/sqlConnection.ts';
import { STORE_FILE } from '../../../core/store/store.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Longer than what is checked row by row. */
const LONG_BYTES = 40_000_000;
const MARK = 'MARK';

/** A folder with a store as large as a long list's: of three images, and a long text that was set aside. */
function longFolder(): string {
  const folder = temporaryFolder();
  openStore(folder, 'a test').store.close();
  const sql = new SqlConnection(path.join(folder, STORE_FILE));
  const text = MARK.padStart(LONG_BYTES / 2, 'x').padEnd(LONG_BYTES, 'x');
  sql.run("INSERT INTO set_aside VALUES (1, 'jobs', ?, 'for a test', 0)", text);
  sql.close();
  const { store } = openStore(folder, 'a test');
  store.addBatch(sampleBatch(), 0, waitingJobs(3));
  store.close();
  return folder;
}

/** Whether the seal describes every byte: a copy is another file, and therefore read. */
function isSealedToTheByte(folder: string): boolean {
  const file = path.join(folder, STORE_FILE);
  const seal = readSeal(file);
  copyFileSync(file, `${file}.copy`);
  return seal !== undefined && fitsSeal(`${file}.copy`, seal);
}

test('a long list that was only opened, or changed, is sealed to the byte', () => {
  const folder = longFolder();
  expect(isSealedToTheByte(folder)).toBe(true);
  const looked = openStore(folder, 'a test');
  expect([looked.store.jobs.counts().queued, looked.notes]).toEqual([3, []]);
  looked.store.close();
  expect(isSealedToTheByte(folder)).toBe(true);
  const { store } = openStore(folder, 'a test');
  store.addBatch(sampleBatch({ nameTemplate: '2_{name}.{ext}' }), 0, waitingJobs(1));
  store.close();
  expect(isSealedToTheByte(folder)).toBe(true);
});

test('a change of a long list by another program is noticed', () => {
  const folder = longFolder();
  const file = path.join(folder, STORE_FILE);
  const bytes = readFileSync(file);
  bytes[bytes.indexOf(MARK)] = 0x58;
  writeFileSync(file, bytes);
  const { store, notes } = openStore(folder, 'a test');
  onTestFinished(() => {
    store.close();
  });
  expect(notes).toEqual([expect.stringMatching(/was changed since it was closed/)]);
});

test('a long list is not copied at the start but later, if it was changed', () => {
  const folder = longFolder();
  const { store } = openStore(folder, 'a test');
  onTestFinished(() => {
    store.close();
  });
  expect(takeSnapshotIfDue(store, folder, 'start')).toBeUndefined();
  expect(takeSnapshotIfDue(store, folder, 'later')).toBeUndefined();
  expect(existsSync(path.join(folder, 'snapshots'))).toBe(false);
  store.noteFact('queue-state', 'paused');
  expect(takeSnapshotIfDue(store, folder, 'later')).toBeUndefined();
  expect(readdirSync(path.join(folder, 'snapshots')).filter((name) => name.endsWith('.db'))).toHaveLength(1);
});
