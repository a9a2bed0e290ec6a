import { mkdir, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { closedFolders } from '../../../core/watch/loopGuard.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function folders(): Promise<{ root: string; watched: string }> {
  const root = await realpath(temporaryFolder());
  const watched = path.join(root, 'in');
  await mkdir(path.join(watched, 'sub'), { recursive: true });
  return { root, watched };
}

test.each([
  { output: 'in', what: 'the watched folder itself' },
  { output: '.', what: 'a folder around it' },
  { output: 'link', what: 'a link to it' },
  { output: 'link/../in', what: 'a roundabout path to it' },
])('results in $what are refused', async ({ output }) => {
  const { root, watched } = await folders();
  await symlink(watched, path.join(root, 'link'), 'junction');
  await expect(closedFolders(watched, [path.join(root, output)])).rejects.toMatchObject({
    code: 'watch/feeds-itself',
  });
});

test('a folder inside the watched one is closed, under its real name, before it exists', async () => {
  const { root, watched } = await folders();
  await symlink(watched, path.join(root, 'link'), 'junction');
  const closed = await closedFolders(watched, [path.join(root, 'link', 'new', 'results')]);
  expect([...closed]).toEqual([path.join(watched, 'new', 'results')]);
});

test('a folder elsewhere needs no guard, even if its name begins alike', async () => {
  const { root, watched } = await folders();
  expect([...(await closedFolders(watched, [path.join(root, 'in-results')]))]).toEqual([]);
});
