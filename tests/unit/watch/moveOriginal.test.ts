import { link, mkdir, readdir, readFile, stat, utimes, cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { takeSnapshot, type FileSnapshot } from '../../../core/watch/fileSnapshot.ts';
import { moveOriginal } from '../../../core/watch/moveOriginal.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function original(content: string): Promise<{ snapshot: FileSnapshot; done: string }> {
  const root = temporaryFolder();
  await mkdir(path.join(root, 'in', 'sub'), { recursive: true });
  const file = path.join(root, 'in', 'sub', 'a.png');
  await writeFile(file, content);
  await utimes(file, 1000, 1000);
  const snapshot = await takeSnapshot(file, path.join('sub', 'a.png'));
  if (snapshot === undefined) throw new Error('the file is not there');
  return { snapshot, done: path.join(root, 'done') };
}

test('an original moves with its folder and its time', async () => {
  const { snapshot, done } = await original('picture');
  const moved = await moveOriginal(snapshot, done);
  expect(moved).toBe(path.join(done, 'sub', 'a.png'));
  expect(await readFile(path.join(done, 'sub', 'a.png'), 'utf8')).toBe('picture');
  expect((await stat(path.join(done, 'sub', 'a.png'))).mtimeMs).toBe(1_000_000);
  expect(await readdir(path.dirname(snapshot.path))).toEqual([]);
});

test('a name that is taken gets a number and nothing is overwritten', async () => {
  const { snapshot, done } = await original('new');
  await mkdir(path.join(done, 'sub'), { recursive: true });
  await writeFile(path.join(done, 'sub', 'a.png'), 'old');
  expect(await moveOriginal(snapshot, done)).toBe(path.join(done, 'sub', 'a (2).png'));
  expect(await readFile(path.join(done, 'sub', 'a.png'), 'utf8')).toBe('old');
});

test('an original that changed since it was accepted stays', async () => {
  const { snapshot, done } = await original('old');
  await writeFile(snapshot.path, 'changed since');
  expect(await moveOriginal(snapshot, done)).toBeUndefined();
  expect(await readFile(snapshot.path, 'utf8')).toBe('changed since');
  expect(await readdir(path.join(done, 'sub'))).toEqual([]);
});

test('a move that was interrupted before its last step is completed without a second copy', async () => {
  const { snapshot, done } = await original('picture');
  const moved = path.join(done, 'sub', 'a.png');
  await mkdir(path.dirname(moved), { recursive: true });
  await link(snapshot.path, moved);
  expect(await moveOriginal(snapshot, done)).toBe(moved);
  expect(await readdir(path.dirname(moved))).toEqual(['a.png']);
  expect(await readdir(path.dirname(snapshot.path))).toEqual([]);
});

test('the same holds for a copy on another volume, but not for another image of the same name', async () => {
  const { snapshot, done } = await original('picture');
  const moved = path.join(done, 'sub', 'a.png');
  await cp(snapshot.path, moved, { preserveTimestamps: true });
  expect(await moveOriginal(snapshot, done)).toBe(moved);
  const other = await original('another');
  await cp(moved, path.join(other.done, 'sub', 'a.png'), { preserveTimestamps: true });
  expect(await moveOriginal(other.snapshot, other.done)).toBe(path.join(other.done, 'sub', 'a (2).png'));
});
