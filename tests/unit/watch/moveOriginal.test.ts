import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lookAt, type FileSnapshot } from '../../../core/watch/fileSnapshot.ts';
import { moveOriginal } from '../../../core/watch/moveOriginal.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function original(content: string): Promise<{ look: FileSnapshot; done: string }> {
  const root = temporaryFolder();
  await mkdir(path.join(root, 'in', 'sub'), { recursive: true });
  const file = path.join(root, 'in', 'sub', 'a.png');
  await writeFile(file, content);
  await utimes(file, 1000, 1000);
  const look = await lookAt(file, path.join('sub', 'a.png'));
  if (look === undefined) throw new Error('the file is not there');
  return { look, done: path.join(root, 'done') };
}

test('an original moves with its folder and its time', async () => {
  const { look, done } = await original('picture');
  const moved = await moveOriginal(look, done);
  expect(moved).toBe(path.join(done, 'sub', 'a.png'));
  expect(await readFile(path.join(done, 'sub', 'a.png'), 'utf8')).toBe('picture');
  expect((await stat(path.join(done, 'sub', 'a.png'))).mtimeMs).toBe(1_000_000);
  expect(await readdir(path.dirname(look.path))).toEqual([]);
});

test('a name that is taken gets a number and nothing is overwritten', async () => {
  const { look, done } = await original('new');
  await mkdir(path.join(done, 'sub'), { recursive: true });
  await writeFile(path.join(done, 'sub', 'a.png'), 'old');
  expect(await moveOriginal(look, done)).toBe(path.join(done, 'sub', 'a (2).png'));
  expect(await readFile(path.join(done, 'sub', 'a.png'), 'utf8')).toBe('old');
});

test('an original that changed since it was taken stays', async () => {
  const { look, done } = await original('old');
  await writeFile(look.path, 'changed since');
  expect(await moveOriginal(look, done)).toBeUndefined();
  expect(await readFile(look.path, 'utf8')).toBe('changed since');
  expect(await readdir(path.join(done, 'sub'))).toEqual([]);
});
