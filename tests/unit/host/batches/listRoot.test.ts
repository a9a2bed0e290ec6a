import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { listRoot } from '../../../../core/host/batches/listRoot.ts';
import { localSources } from '../../../../core/host/batches/localSources.ts';
import { openBrowserPlaces } from '../../../../core/server/browserPlaces.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

function setUp() {
  const folder = temporaryFolder();
  const photos = path.join(folder, 'Photos');
  mkdirSync(path.join(photos, 'Trip', 'Raw'), { recursive: true });
  mkdirSync(path.join(photos, '.cache'));
  mkdirSync(path.join(photos, 'album 10'));
  mkdirSync(path.join(photos, 'album 9'));
  for (const name of ['b.JPG', 'a 10.png', 'a 9.png', '.hidden.jpg', 'notes.txt', 'Trip/c.webp'])
    writeFileSync(path.join(photos, name), 'x');
  writeFileSync(path.join(folder, 'secret.jpg'), 'x');
  const { resolver, roots } = openBrowserPlaces(path.join(folder, 'data'), [photos]);
  const rootId = roots.all[0]?.id ?? '';
  const list = (relative = '', offset = 0, limit = 100) =>
    listRoot(resolver, { rootId, relative, offset, limit });
  return { folder, photos, list };
}

describe('a folder of an opened root', () => {
  test('shows its folders, then its images, in natural order and without hidden files', async () => {
    const { list } = setUp();
    const { total, entries } = await list();
    expect(total).toBe(6);
    expect(entries.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      'folder/album 9',
      'folder/album 10',
      'folder/Trip',
      'picture/a 9.png',
      'picture/a 10.png',
      'picture/b.JPG',
    ]);
    expect((await list('Trip')).entries).toEqual([
      { kind: 'folder', name: 'Raw' },
      { kind: 'picture', name: 'c.webp' },
    ]);
    expect(await list('Trip/Raw')).toEqual({ total: 0, offset: 0, entries: [] });
  });

  test('is listed in pages that add up to the whole', async () => {
    const { list } = setUp();
    const pages = await Promise.all([0, 2, 4, 6].map((offset) => list('', offset, 2)));
    expect(pages.map(({ total, entries }) => [total, entries.length])).toEqual([
      [6, 2],
      [6, 2],
      [6, 2],
      [6, 0],
    ]);
    expect(pages.flatMap(({ entries }) => entries)).toEqual((await list()).entries);
  });

  test.skipIf(process.platform === 'win32')(
    'includes links to images inside, but not links that lead out, to folders, or nowhere',
    async () => {
      const { folder, photos, list } = setUp();
      symlinkSync(path.join(photos, 'b.JPG'), path.join(photos, 'inside.jpg'));
      symlinkSync(path.join(folder, 'secret.jpg'), path.join(photos, 'out.jpg'));
      symlinkSync(path.join(photos, 'gone.jpg'), path.join(photos, 'nowhere.jpg'));
      symlinkSync(photos, path.join(photos, 'Trip', 'circle'));
      symlinkSync(photos, path.join(photos, 'Trip', 'circle.jpg'));
      symlinkSync(folder, path.join(photos, 'up'));
      const names = (await list()).entries.map(({ name }) => name);
      expect(names.filter((name) => ['inside.jpg', 'out.jpg', 'nowhere.jpg', 'up'].includes(name))).toEqual([
        'inside.jpg',
      ]);
      expect((await list('Trip')).entries.map(({ name }) => name)).toEqual(['Raw', 'c.webp']);
      await expect(list('up')).rejects.toMatchObject({ code: 'request/forbidden' });
    },
  );

  test.each([
    { relative: '..', code: 'request/forbidden' },
    { relative: 'Trip/../..', code: 'request/forbidden' },
    { relative: 'gone', code: 'input/not-found' },
    { relative: 'b.JPG', code: 'input/unreadable' },
  ])('"$relative" is refused with $code', async ({ relative, code }) => {
    const { list } = setUp();
    await expect(list(relative)).rejects.toMatchObject({ code });
  });

  test('it cannot be listed where places are given as paths', async () => {
    const input = { rootId: 'x', relative: '', offset: 0, limit: 1 };
    await expect(listRoot(localSources(temporaryFolder()), input)).rejects.toMatchObject({
      code: 'request/forbidden',
    });
  });
});
