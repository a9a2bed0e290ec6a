import { expect, test } from 'vitest';
import type { ErrorDto } from '../../../core/api/errors.ts';
import type { FileSnapshot } from '../../../core/watch/fileSnapshot.ts';
import { GIVE_UP_MS, Settling } from '../../../core/watch/settling.ts';

const CORRUPT: ErrorDto = { code: 'image/corrupt', message: 'It ends early.' };

function snapshot(sizeBytes: number, path = '/in/a.png'): FileSnapshot {
  return { path, relativePath: 'a.png', sizeBytes, mtimeNs: '1', inode: '1:1', ctimeNs: '1' };
}

function postpone(settling: Settling, sizeBytes: number, nowMs: number, ageMs = 0, error = CORRUPT): boolean {
  return settling.postpone(snapshot(sizeBytes), { nowMs, ageMs, error });
}

test('a file is due when it has not changed for the whole time', () => {
  const settling = new Settling(1000);
  settling.note(snapshot(5), 0);
  expect(settling.due(999)).toEqual([]);
  expect(settling.due(1000)).toEqual([snapshot(5)]);
  expect(settling.nextDueAtMs).toBe(1000);
});

test('the time of a growing file starts over with each change', () => {
  const settling = new Settling(1000);
  settling.note(snapshot(5), 0);
  settling.note(snapshot(6), 900);
  settling.note(snapshot(6), 1500);
  expect(settling.due(1800)).toEqual([]);
  expect(settling.due(1900)).toEqual([snapshot(6)]);
});

test('a file that does not decode is tried again, and passed on if it has not changed for too long', () => {
  const settling = new Settling(1000);
  settling.note(snapshot(5), 0);
  expect(postpone(settling, 5, 1000)).toBe(false);
  expect(settling.waiting()).toMatchObject([{ error: CORRUPT }]);
  expect(settling.due(2000)).toEqual([]);
  expect(settling.due(31_000)).toEqual([snapshot(5)]);
  expect(postpone(settling, 5, GIVE_UP_MS)).toBe(true);
  expect(settling.waiting()).toEqual([]);
});

test('a file that was last changed long ago, or that needs less patience, is not waited for that long', () => {
  const old = new Settling(1000);
  old.note(snapshot(5), 0);
  expect(postpone(old, 5, 1000, GIVE_UP_MS)).toBe(true);
  const brief = new Settling(1000);
  brief.note(snapshot(5), 0);
  expect(postpone(brief, 5, 1000, 0, { ...CORRUPT, details: { patienceMs: 60_000 } })).toBe(false);
  expect(postpone(brief, 5, 60_000, 0, { ...CORRUPT, details: { patienceMs: 60_000 } })).toBe(true);
});

test('a verdict on a version that was replaced changes nothing', () => {
  const settling = new Settling(1000);
  settling.note(snapshot(6), 0);
  expect(postpone(settling, 5, GIVE_UP_MS)).toBe(false);
  expect(settling.due(1000)).toEqual([snapshot(6)]);
});
