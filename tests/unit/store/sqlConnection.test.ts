import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { SqlConnection } from '../../../core/store/sqlConnection.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const countSchema = z.object({ count: z.number() });

/** A database whose commits wait for the disk, as in the program. */
function openTable() {
  const sql = new SqlConnection(path.join(temporaryFolder(), 'a.db'));
  sql.pragma('journal_mode = WAL');
  sql.pragma('synchronous = FULL');
  sql.script('CREATE TABLE numbers (number INTEGER)');
  const add = (number: number) => sql.run('INSERT INTO numbers VALUES (?)', number);
  const count = () => sql.one(countSchema, 'SELECT count(*) AS count FROM numbers')?.count;
  const syncs = () => sql.pragma('synchronous');
  return { sql, add, count, syncs, [Symbol.dispose]: () => sql.close() };
}

const NORMAL = [{ synchronous: 1 }];
const FULL = [{ synchronous: 2 }];

test('a commit without a sync does not affect later ones', () => {
  using table = openTable();
  const during = table.sql.transactionWithoutSync(() => {
    table.add(1);
    return table.syncs();
  });
  expect(during).toEqual(NORMAL);
  expect(table.syncs()).toEqual(FULL);
  expect(table.count()).toBe(1);
});

test('a change without a sync that fails is undone, and later commits wait for the disk', () => {
  using table = openTable();
  const work = () =>
    table.sql.transactionWithoutSync(() => {
      table.add(1);
      throw new Error('Enough.');
    });
  expect(work).toThrow('Enough.');
  expect(table.count()).toBe(0);
  expect(table.syncs()).toEqual(FULL);
});

test('within a transaction that waits for the disk, everything does', () => {
  using table = openTable();
  const during = table.sql.transaction(() => table.sql.transactionWithoutSync(() => table.syncs()));
  expect(during).toEqual(FULL);
});
