import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readInput } from '../../../core/image/readInput.ts';
import { scanAll, scanPaths } from '../../../core/watch/scanFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function folderWith(name: string): string {
  const root = temporaryFolder();
  mkdirSync(path.join(root, name));
  writeFileSync(path.join(root, name, 'a.png'), 'image');
  return root;
}

const OPTIONS = { recursive: true, isWanted: () => true, closedFolders: new Set<string>() };

test.each(['.thumbnails', '@eaDir', '$RECYCLE.BIN', '.enlarger-01234567-1.moving'])(
  'the event of a new folder %s finds no more than a full scan does',
  async (name) => {
    const root = folderWith(name);
    const options = { ...OPTIONS, root };
    expect((await scanAll(options)).files).toEqual([]);
    expect((await scanPaths([path.join(root, name), path.join(root, name, 'a.png')], options)).files).toEqual(
      [],
    );
  },
);

test('the event of a new subfolder finds nothing if subfolders are not watched', async () => {
  const root = folderWith('sub');
  const found = await scanPaths([path.join(root, 'sub')], { ...OPTIONS, root, recursive: false });
  expect(found.files).toEqual([]);
  const inside = await scanPaths([path.join(root, 'sub')], { ...OPTIONS, root });
  expect(inside.files.map(({ relativePath }) => relativePath)).toEqual([path.join('sub', 'a.png')]);
});

test.skipIf(process.platform === 'win32')('a socket that is named like an image is reported', async () => {
  const root = temporaryFolder();
  const file = path.join(root, 'a.png');
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(file, resolve);
  });
  onTestFinished(() => void server.close());
  const error = { code: 'input/not-a-file', message: `${file} is not a regular file.` };
  const options = { ...OPTIONS, root };
  for (const { problems } of [await scanAll(options), await scanPaths([file], options)])
    expect(problems).toEqual([{ path: file, error }]);
  await expect(readInput(file)).rejects.toMatchObject(error);
});
