import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findImages, type FindOptions } from '../../../core/jobs/findImages.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const EVERYTHING: FindOptions = { recursive: true, include: [], exclude: [] };

/** A folder with these files, each containing its own name. */
function folderWith(names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), name);
  }
  return folder;
}

/** What was found, relative to a folder, sorted; failures as codes. */
async function found(
  folder: string,
  inputs: readonly string[],
  options: Partial<FindOptions> = {},
): Promise<{ pictures: string[]; failures: string[] }> {
  const { pictures: images, failures } = await findImages(inputs, { ...EVERYTHING, ...options });
  const below = (file: string): string => path.relative(folder, file).split(path.sep).join('/');
  return {
    pictures: images.map((image) => below(image.path)).sort(),
    failures: failures.map(({ path: file, error }) => `${below(file)}: ${error.code}`),
  };
}

describe('a folder', () => {
  const NAMES = ['b.jpg', 'a.PNG', 'sub/c.webp', 'sub/deep/d.tif', 'notes.txt', 'noending', 'e.heic'];

  test('gives its images and those of the folders in it', async () => {
    const folder = folderWith(NAMES);
    const images = ['a.PNG', 'b.jpg', 'e.heic', 'sub/c.webp', 'sub/deep/d.tif'];
    expect(await found(folder, [folder])).toEqual({ pictures: images, failures: [] });
  });

  test('gives only its own images on request', async () => {
    const folder = folderWith(NAMES);
    expect((await found(folder, [folder], { recursive: false })).pictures).toEqual([
      'a.PNG',
      'b.jpg',
      'e.heic',
    ]);
  });

  test('gives each image’s path below it, and all its other files', async () => {
    const folder = folderWith(NAMES);
    const { pictures: images, others } = await findImages([folder], EVERYTHING);
    const places = images.map((image) => [path.basename(image.path), image.relativeFolder]);
    expect(Object.fromEntries(places)).toEqual({
      ...{ 'a.PNG': '', 'b.jpg': '', 'e.heic': '' },
      ...{ 'c.webp': 'sub', 'd.tif': path.join('sub', 'deep') },
    });
    expect(others.map((other) => path.basename(other.path)).sort()).toEqual(['noending', 'notes.txt']);
  });

  test('never gives files in the folder of the results, or unfinished results of ours', async () => {
    const folder = folderWith([
      ...['a.png', 'out/a_4x.png', '.enlarger-0a1b-3.part', '.enlarger-0a1b.png', '._a.png', '.hidden.png'],
    ]);
    const options = { skipFolder: path.join(folder, 'out') };
    expect((await found(folder, [folder], options)).pictures).toEqual(['.hidden.png', 'a.png']);
  });

  test.each([
    { include: ['*.jpg'], exclude: [], pictures: ['b.jpg', 'sub/f.jpg'] },
    { include: ['*.JPG', '*.png'], exclude: ['sub/**'], pictures: ['a.PNG', 'b.jpg'] },
    { include: ['sub/*'], exclude: ['*.jpg'], pictures: ['sub/c.webp'] },
    { include: [], exclude: ['**/deep/**', 'b*'], pictures: ['a.PNG', 'e.heic', 'sub/c.webp', 'sub/f.jpg'] },
  ])('with $include but not $exclude', async ({ include, exclude, pictures: images }) => {
    const folder = folderWith([...NAMES, 'sub/f.jpg']);
    expect((await found(folder, [folder], { include, exclude })).pictures).toEqual(images);
  });

  test.skipIf(process.platform === 'win32')('with links in a circle ends', async () => {
    const folder = folderWith(['a.png', 'sub/b.png']);
    symlinkSync(folder, path.join(folder, 'sub', 'up'));
    symlinkSync('.', path.join(folder, 'self'));
    symlinkSync('a.png', path.join(folder, 'link.png'));
    symlinkSync('nowhere.png', path.join(folder, 'broken.png'));
    expect((await found(folder, [folder])).pictures).toEqual([
      'a.png',
      'broken.png',
      'link.png',
      'sub/b.png',
    ]);
  });
});

describe('odd names', () => {
  const ODD = [
    'emoji 🏔️.png',
    'שלום‮gnp.png',
    '100%.png',
    '%s%n%d.png',
    '-rf.png',
    'two  spaces .png',
    'quote\'"`.png',
    '$(touch x);&|.png',
    '[brackets]*?{a,b}.png',
    'caf\u0065\u0301.png',
    `${'x'.repeat(236)}.png`,
    'real \ufffd sign.png',
    ...(process.platform === 'win32' ? [] : ['line\nbreak.png', 'tab\t.png', 'back\\slash.png', 'a:b.png']),
  ].filter((name) => process.platform !== 'win32' || !/["*?|:<>]/.test(name));

  test('are found in a folder', async () => {
    const folder = folderWith(ODD);
    expect(await found(folder, [folder])).toEqual({ pictures: [...ODD].sort(), failures: [] });
  });

  test('are accepted literally when given by name', async () => {
    const folder = folderWith(ODD);
    const inputs = ODD.map((name) => path.join(folder, name));
    expect(await found(folder, inputs)).toEqual({ pictures: [...ODD].sort(), failures: [] });
  });

  test('can be in a list, except for line breaks', async () => {
    const names = ODD.filter((name) => !name.includes('\n'));
    const folder = folderWith(names);
    const list = path.join(folder, 'list.txt');
    const lines = names.map((name) => path.join(folder, name));
    writeFileSync(list, `\ufeff${lines[0] ?? ''}\r\n# a remark\n\n${lines.slice(1).join('\n')}`);
    expect(await found(folder, [`@${list}`])).toEqual({ pictures: [...names].sort(), failures: [] });
  });

  test.skipIf(process.platform !== 'linux')('whose bytes are not text are refused, one by one', async () => {
    const folder = folderWith(['good.png']);
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff, 0xfe]), Buffer.from('.png')]),
      '',
    );
    const { pictures: images, failures } = await found(folder, [folder]);
    expect([images, failures]).toEqual([['good.png'], ['bad-\ufffd\ufffd.png: input/name-not-utf8']]);
  });
});

describe('patterns', () => {
  test('find images, and never our own unfinished results or resource forks', async () => {
    const folder = folderWith(['a.png', 'b.jpg', 'sub/c.png', '._a.png', '.enlarger-1.png', 'x.txt']);
    expect((await found(folder, [`${folder}/*`])).pictures).toEqual(['a.png', 'b.jpg']);
    expect((await found(folder, [`${folder}/**/*.png`])).pictures).toEqual(['a.png', 'sub/c.png']);
    expect((await found(folder, [`${folder}/{a,b}.*`])).pictures).toEqual(['a.png', 'b.jpg']);
  });

  test('that match nothing are failures, and so are missing paths', async () => {
    const folder = folderWith(['a.png']);
    const inputs = [`${folder}/*.webp`, path.join(folder, 'nowhere.png')];
    expect((await found(folder, inputs)).failures).toEqual([
      '*.webp: input/not-found',
      'nowhere.png: input/not-found',
    ]);
  });

  test.skipIf(process.platform === 'win32')('end where links form a circle', async () => {
    const folder = folderWith(['a.png', 'sub/b.png']);
    symlinkSync(folder, path.join(folder, 'sub', 'up'));
    expect((await found(folder, [`${folder}/**/*.png`])).pictures).toContain('sub/b.png');
  });
});

test('an image that several inputs name is listed once, in the order of the inputs', async () => {
  const folder = folderWith(['b.png', 'a.png']);
  const inputs = [path.join(folder, 'b.png'), folder, `${folder}/*.png`, path.join(folder, '.', 'a.png')];
  const { pictures: images } = await findImages(inputs, EVERYTHING);
  expect(images.map((image) => path.basename(image.path))).toEqual(['b.png', 'a.png']);
});

test('a missing list ends the search, since its content is unknown', async () => {
  await expect(findImages(['@nowhere.txt'], EVERYTHING)).rejects.toMatchObject({ code: 'input/not-found' });
});

describe('the folder of the results', () => {
  test('is not searched, through any link', async () => {
    const folder = folderWith(['a.png', 'out/a_4x.png', 'sub/out/b.png']);
    const link = path.join(temporaryFolder(), 'link');
    symlinkSync(path.join(folder, 'out'), link);
    const { pictures: images } = await found(folder, [folder], { skipFolder: link });
    expect(images).toEqual(['a.png', 'sub/out/b.png']);
  });

  test('is not searched by a pattern either', async () => {
    const folder = folderWith(['a.png', 'out/a_4x.png']);
    const { pictures: images } = await found(folder, [`${folder}/**/*.png`], {
      skipFolder: path.join(folder, 'out'),
    });
    expect(images).toEqual(['a.png']);
  });

  test('is searched if it is the input itself', async () => {
    const folder = folderWith(['a.png', 'a_4x.png']);
    expect((await found(folder, [folder], { skipFolder: folder })).pictures).toEqual(['a.png', 'a_4x.png']);
    expect((await found(folder, [`${folder}/*.png`], { skipFolder: folder })).pictures).toEqual([
      'a.png',
      'a_4x.png',
    ]);
  });
});

test('a link to a folder is listed and not followed', async () => {
  const folder = folderWith(['a.png']);
  const elsewhere = folderWith(['b.png']);
  symlinkSync(elsewhere, path.join(folder, 'album.jpg'));
  const { pictures: images, linkedFolders } = await findImages([folder], EVERYTHING);
  expect(images.map((image) => path.basename(image.path))).toEqual(['a.png']);
  expect(linkedFolders).toEqual([path.join(folder, 'album.jpg')]);
});

test('a file whose name begins with @ is an image, not a list', async () => {
  const folder = folderWith(['@home.jpg']);
  const before = process.cwd();
  process.chdir(folder);
  try {
    expect((await findImages(['@home.jpg'], EVERYTHING)).pictures.map((image) => image.path)).toEqual([
      '@home.jpg',
    ]);
  } finally {
    process.chdir(before);
  }
});

test('an address in a list fails with the advice to download, and the other lines are found', async () => {
  const folder = folderWith(['a.png', 'list.txt']);
  const lines = ['https://example.org/b.jpg?size=1', 'file:///photos/c.jpg', 'a.png'];
  writeFileSync(path.join(folder, 'list.txt'), lines.join('\n'));
  const { pictures: images, failures } = await findImages([`@${path.join(folder, 'list.txt')}`], EVERYTHING);
  expect(images).toHaveLength(1);
  expect(failures.map(({ error }) => error.message)).toEqual([
    expect.stringContaining('Download the images first'),
    expect.stringContaining('without file://'),
  ]);
});

test('an empty input is a usage error', async () => {
  await expect(findImages([''], EVERYTHING)).rejects.toMatchObject({ code: 'usage/invalid-option' });
});

test.each([
  '.Trash-1000/a.png',
  '$RECYCLE.BIN/a.png',
  '@eaDir/a.png',
  '~$a.png',
  'a.png.crdownload',
  'a.png~',
])('%s is ignored', async (name) => {
  const folder = folderWith([name]);
  expect(await findImages([folder], EVERYTHING)).toMatchObject({ pictures: [], others: [], failures: [] });
});
