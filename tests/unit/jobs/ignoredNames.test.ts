import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findImages } from '../../../core/jobs/findImages.ts';
import { isIgnoredFile, isIgnoredFolder } from '../../../core/jobs/ignoredNames.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test.each([
  '.Trashes',
  '.Trash',
  '.Trash-1000',
  '$RECYCLE.BIN',
  '@eaDir',
  '#recycle',
  '.thumbnails',
  '__MACOSX',
])('the folder %s is never entered', (name) => {
  expect(isIgnoredFolder(name)).toBe(true);
});

test.each(['Trash', 'thumbnails', 'recycled photos', 'photo.png', '.hidden', 'eaDir'])(
  'the folder %s is entered',
  (name) => {
    expect(isIgnoredFolder(name)).toBe(false);
  },
);

test.each([
  '~$x.png',
  'x.crdownload',
  'x.png~',
  '._x.png',
  '.enlarger-12345678-1.part',
  'x.jpg.part',
  'Thumbs.db',
])('the file %s is ignored', (name) => {
  expect(isIgnoredFile(name)).toBe(true);
});

test.each(['x.png', 'part.png', 'x~1.png', '.hidden.jpg', '$x.png', 'download.webp', 'tmp.tif'])(
  'the file %s can be an image',
  (name) => {
    expect(isIgnoredFile(name)).toBe(false);
  },
);

test('a search enters no trash and no folder of thumbnails, and lists no unfinished file', async () => {
  const folder = temporaryFolder();
  for (const name of [
    '.Trash-1000/a.png',
    '@eaDir/b.png/SYNO.png',
    'album/c.png',
    'd.crdownload',
    'e.png~',
    'x.png/f.png',
  ]) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), 'x');
  }
  const { pictures: images, others } = await findImages([folder], {
    recursive: true,
    include: [],
    exclude: [],
  });
  const names = [...images, ...others].map(({ path: file }) => path.relative(folder, file)).sort();
  expect(names).toEqual([path.join('album', 'c.png'), path.join('x.png', 'f.png')]);
});
