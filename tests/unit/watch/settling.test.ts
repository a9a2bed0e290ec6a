import { expect, test } from 'vitest';
import type { FileSnapshot } from '../../../core/watch/fileSnapshot.ts';
import { GIVE_UP_MS, Settling } from '../../../core/watch/settling.ts';

function look(sizeBytes: number, path = '/in/a.png'): FileSnapshot {
  return { path, relativePath: 'a.png', sizeBytes, mtimeNs: '1', inode: '1:1', ctimeNs: '1' };
}

test('a file is due when it stood still for the whole time', () => {
  const settling = new Settling(1000);
  settling.see(look(5), 0);
  expect(settling.due(999)).toEqual([]);
  expect(settling.due(1000)).toEqual([look(5)]);
  expect(settling.nextDueAtMs).toBe(1000);
});

test('a file that grows begins anew each time', () => {
  const settling = new Settling(1000);
  settling.see(look(5), 0);
  settling.see(look(6), 900);
  settling.see(look(6), 1500);
  expect(settling.due(1800)).toEqual([]);
  expect(settling.due(1900)).toEqual([look(6)]);
});

test('a file that does not decode is tried again, and given up when it stood still too long', () => {
  const settling = new Settling(1000);
  settling.see(look(5), 0);
  expect(settling.refuse(look(5), 1000)).toBe(false);
  expect(settling.due(2000)).toEqual([]);
  expect(settling.due(31_000)).toEqual([look(5)]);
  expect(settling.refuse(look(5), GIVE_UP_MS)).toBe(true);
  expect(settling.size).toBe(0);
});

test('a refusal of a version that is gone by now changes nothing', () => {
  const settling = new Settling(1000);
  settling.see(look(6), 0);
  expect(settling.refuse(look(5), GIVE_UP_MS)).toBe(false);
  expect(settling.due(1000)).toEqual([look(6)]);
});
