import { link, mkdir, readdir, readFile, stat, utimes, cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hashFile } from '../../../core/files/hashFile.ts';
import { takeSnapshot, type FileSnapshot } from '../../../core/watch/fileSnapshot.ts';
import { moveOriginal, type MoveEnd } from '../../../core/watch/moveOriginal.ts';
import { MOVE_RACES, playMoveRaces } from '../../support/moveRaces.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function original(content: string): Promise<{ snapshot: FileSnapshot; done: string }> {
  const root = temporaryFolder();
  await mkdir(path.join(root, 'in', 'sub'), { recursive: true });
  const file = path.join(root, 'in', 'sub', 'a.png');
  await writeFile(file, content);
  await utimes(file, 1000, 1000);
  const snapshot = await takeSnapshot(file, path.join('sub', 'a.png'));
  if (snapshot === undefined) throw new Error('the file is missing');
  return { snapshot, done: path.join(root, 'done') };
}

async function moveTo(toFolder: string, snapshot: FileSnapshot): Promise<MoveEnd> {
  const contentHash = await hashFile(snapshot.path);
  return moveOriginal(snapshot, { toFolder, contentHash, runId: '00000000' });
}

function movedTo(file: string): MoveEnd {
  return { kind: 'moved', path: file };
}

test('an original moves with its folder and its time', async () => {
  const { snapshot, done } = await original('picture');
  const moved = await moveTo(done, snapshot);
  expect(moved).toEqual(movedTo(path.join(done, 'sub', 'a.png')));
  expect(await readFile(path.join(done, 'sub', 'a.png'), 'utf8')).toBe('picture');
  expect((await stat(path.join(done, 'sub', 'a.png'))).mtimeMs).toBe(1_000_000);
  expect(await readdir(path.dirname(snapshot.path))).toEqual([]);
});

test('a name that is taken gets a number and nothing is overwritten', async () => {
  const { snapshot, done } = await original('new');
  await mkdir(path.join(done, 'sub'), { recursive: true });
  await writeFile(path.join(done, 'sub', 'a.png'), 'old');
  expect(await moveTo(done, snapshot)).toEqual(movedTo(path.join(done, 'sub', 'a (2).png')));
  expect(await readFile(path.join(done, 'sub', 'a.png'), 'utf8')).toBe('old');
});

test('an original that changed since it was accepted stays', async () => {
  const { snapshot, done } = await original('old');
  await writeFile(snapshot.path, 'changed since');
  expect(await moveTo(done, snapshot)).toEqual({ kind: 'changed' });
  expect(await readFile(snapshot.path, 'utf8')).toBe('changed since');
  expect(await readdir(path.join(done, 'sub'))).toEqual([]);
});

test('a move that was interrupted before its last step is completed without a second copy', async () => {
  const { snapshot, done } = await original('picture');
  const moved = path.join(done, 'sub', 'a.png');
  await mkdir(path.dirname(moved), { recursive: true });
  await link(snapshot.path, moved);
  expect(await moveTo(done, snapshot)).toEqual(movedTo(moved));
  expect(await readdir(path.dirname(moved))).toEqual(['a.png']);
  expect(await readdir(path.dirname(snapshot.path))).toEqual([]);
});

test('the same is true of a copy on another volume, but not of another image of the same name', async () => {
  const { snapshot, done } = await original('picture');
  const moved = path.join(done, 'sub', 'a.png');
  await cp(snapshot.path, moved, { preserveTimestamps: true });
  expect(await moveTo(done, snapshot)).toEqual(movedTo(moved));
  const other = await original('another');
  await cp(moved, path.join(other.done, 'sub', 'a.png'), { preserveTimestamps: true });
  expect(await moveTo(other.done, other.snapshot)).toEqual(
    movedTo(path.join(other.done, 'sub', 'a (2).png')),
  );
});

test('a file of the same size and time but other content is not the original', async () => {
  const { snapshot, done } = await original('one');
  const contentHash = await hashFile(snapshot.path);
  await writeFile(snapshot.path, 'two');
  await utimes(snapshot.path, 1000, 1000);
  expect(await moveOriginal(snapshot, { toFolder: done, contentHash, runId: '00000000' })).toEqual({
    kind: 'changed',
  });
  expect(await readFile(snapshot.path, 'utf8')).toBe('two');
  expect(await readdir(path.dirname(snapshot.path))).toEqual(['a.png']);
});

test.each(MOVE_RACES)('a file that overwrites an original %s during its move is not lost', async (race) => {
  expect(await playMoveRaces(race, { rounds: 60 })).toEqual([]);
});
