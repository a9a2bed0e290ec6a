import { readFileSync } from 'node:fs';
import { mkdir, open, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { FolderWatcher } from '../../../core/watch/folderWatcher.ts';
import { GIVE_UP_MS } from '../../../core/watch/settling.ts';
import { fixturePath } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { SETTLE_MS, IMAGE, WatchedFolder } from './watchedFolder.ts';

const OTHER_IMAGE = readFileSync(fixturePath('rgb8.png'));

function firstPart(bytes: Buffer, share: number): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length * share));
}

test('an image is accepted once, and not before two snapshots are the same', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png');
  await watched.scan();
  await watched.scanAfter(SETTLE_MS - 1);
  expect(watched.accepted).toEqual([]);
  await watched.scanAfter(1);
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual(['a.png']);
});

test('an image that is written slowly is accepted once it no longer changes', async () => {
  const watched = new WatchedFolder();
  for (const share of [0.3, 0.6, 1]) {
    await watched.write('a.png', firstPart(IMAGE, share));
    await watched.scanAfter(SETTLE_MS - 1);
  }
  expect(watched.accepted).toEqual([]);
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual(['a.png']);
});

test.each([
  'rgb8.jpg',
  'progressive.jpg',
  'rgb8.png',
  'rgb8.webp',
  'rgb8.avif',
  'rgb8.tif',
  'animated.gif',
  'animated.webp',
])('the first 60% of %s, without a change for longer than the pause, are waited for', async (name) => {
  const watched = new WatchedFolder();
  const bytes = readFileSync(fixturePath(name));
  await watched.write(name, firstPart(bytes, 0.6));
  await watched.scan();
  await watched.scanAfter(4 * SETTLE_MS);
  expect([watched.accepted, watched.skipped, watched.waiting]).toEqual([[], [], [name]]);
  await watched.write(name, bytes);
  await watched.scanAfter(1);
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual([name]);
});

test.each([
  'rgb8.jpg',
  'progressive.jpg',
  'rgb8.png',
  'rgb8.webp',
  'rgb8.avif',
  'rgb8.tif',
  'animated.gif',
  'animated.webp',
])('%s with its full size but only 60% of its content is waited for', async (name) => {
  const watched = new WatchedFolder();
  const bytes = readFileSync(fixturePath(name));
  await watched.write(name, '');
  const handle = await open(watched.pathOf(name), 'r+');
  try {
    await handle.truncate(bytes.length);
    await handle.write(firstPart(bytes, 0.6));
    await watched.scan();
    await watched.scanAfter(4 * SETTLE_MS);
    expect([watched.accepted, watched.skipped, watched.waiting]).toEqual([[], [], [name]]);
    await handle.write(bytes, 0, bytes.length, 0);
  } finally {
    await handle.close();
  }
  await watched.scanAfter(1);
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual([name]);
});

test.each(['rgb8.jpg', 'rgb8.png', 'rgb8.webp', 'animated.gif'])(
  '%s with padding after its end is accepted like any other',
  async (name) => {
    const watched = new WatchedFolder();
    await watched.write(name, Buffer.concat([readFileSync(fixturePath(name)), Buffer.alloc(512)]));
    await watched.scan();
    await watched.scanAfter(SETTLE_MS);
    expect([watched.accepted, watched.waiting]).toEqual([[name], []]);
  },
);

test('an image that stays damaged is passed on once, to be judged by its job', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png', firstPart(IMAGE, 0.5));
  await watched.scan();
  for (let turn = 0; turn < 4; turn++) await watched.scanAfter(GIVE_UP_MS);
  expect([watched.accepted, watched.skipped]).toEqual([['a.png'], []]);
});

test('an image over the limits and a file that is not an image are reported at once, and only once', async () => {
  const watched = new WatchedFolder();
  watched.maxPixels = 10;
  await watched.write('huge.png');
  await watched.write('notes.txt', 'words');
  await watched.scan();
  for (let turn = 0; turn < 3; turn++) await watched.scanAfter(SETTLE_MS);
  expect(watched.skipped.sort()).toEqual([
    ['huge.png', 'image/too-large'],
    ['notes.txt', 'image/unsupported-format'],
  ]);
});

test('unfinished downloads, unfinished results, and files and folders of systems are ignored silently', async () => {
  const watched = new WatchedFolder();
  const names = ['a.png.part', 'b.crdownload', '.enlarger-12345678-1.part', '.DS_Store', 'c.png~', '~$d.png'];
  const folders = ['.Trash-1000/e.png', '@eaDir/f.png/SYNO.png', '.thumbnails/g.png', '$RECYCLE.BIN/h.png'];
  for (const name of [...names, ...folders]) await watched.write(name);
  await watched.scan();
  await watched.scanAfter(SETTLE_MS);
  expect([watched.accepted, watched.skipped]).toEqual([[], []]);
});

test('a folder that is named like an image is a folder like any other', async () => {
  const watched = new WatchedFolder();
  await watched.write('roll.png/a.png');
  await watched.scan();
  await watched.scanAfter(SETTLE_MS);
  expect([watched.accepted, watched.skipped]).toEqual([[path.join('roll.png', 'a.png')], []]);
});

test('a renamed image is accepted under its new name, one that vanished is reported', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png');
  await watched.write('gone.png');
  await watched.scan();
  await rename(watched.pathOf('a.png'), watched.pathOf('b.png'));
  await rm(watched.pathOf('gone.png'));
  await watched.scanAfter(1);
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual(['b.png']);
  expect(watched.skipped).toEqual([['gone.png', 'input/not-found']]);
});

test('a new version under the same name is accepted again', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png');
  await watched.scan();
  await watched.scanAfter(SETTLE_MS);
  await watched.write('new.part', OTHER_IMAGE);
  await rename(watched.pathOf('new.part'), watched.pathOf('a.png'));
  await watched.scanAfter(1);
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual(['a.png', 'a.png']);
});

test('an image that was moved away and back is new again', async () => {
  const watched = new WatchedFolder();
  const away = path.join(temporaryFolder(), 'a.png');
  await watched.write('a.png');
  await watched.scan();
  await watched.scanAfter(SETTLE_MS);
  await rename(watched.pathOf('a.png'), away);
  await watched.scanAfter(1);
  await rename(away, watched.pathOf('a.png'));
  await watched.scanAfter(1);
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual(['a.png', 'a.png']);
});

test('folders are mirrored; results inside the watched folder are never entered', async () => {
  const watched = new WatchedFolder();
  await watched.write('deep/er/a.png');
  await watched.write('out/a_4x.png');
  await watched.scan({ outputs: [watched.pathOf('out')] });
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual([path.join('deep', 'er', 'a.png')]);
});

test('without recursion and with patterns, only what was requested is accepted', async () => {
  const watched = new WatchedFolder();
  await watched.write('deep/a.png');
  await watched.write('b.png');
  await watched.write('c.png');
  await watched.scan({ recursive: false, exclude: ['c.*'] });
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual(['b.png']);
});

test.skipIf(process.platform !== 'linux')('a name that is not UTF-8 is reported', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png');
  const mangled = Buffer.concat([
    Buffer.from(`${watched.folder}${path.sep}b`),
    Buffer.from([0xff]),
    Buffer.from('.png'),
  ]);
  await writeFile(mangled, IMAGE);
  await watched.scan();
  await watched.scanAfter(SETTLE_MS);
  expect(watched.skipped.map(([, code]) => code)).toEqual(['input/name-not-utf8']);
});

test.skipIf(process.platform === 'win32')('links are not followed, and links are reported', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png');
  await symlink(watched.folder, watched.pathOf('circle'));
  await symlink(watched.pathOf('a.png'), watched.pathOf('link.png'));
  await watched.scan();
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual(['a.png']);
  expect(watched.skipped.map(([file]) => file).sort()).toEqual(['circle', 'link.png']);
});

test('a folder that goes away is reported, not recreated, and watched again when it is back', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png');
  await watched.scan();
  await rename(watched.folder, `${watched.folder}-away`);
  await watched.scanAfter(1);
  expect(watched.states).toEqual(['unreachable']);
  await rename(`${watched.folder}-away`, watched.folder);
  await watched.scanAfter(1);
  await watched.scanAfter(SETTLE_MS);
  expect(watched.accepted).toEqual(['a.png']);
  expect(watched.skipped).toEqual([]);
});

test('a folder that does not exist cannot be watched', async () => {
  const watched = new WatchedFolder();
  await expect(watched.scan()).rejects.toMatchObject({ code: 'watch/unreachable' });
});

test('if the image is not to blame for a failure, its job decides', async () => {
  const folder = path.join(temporaryFolder(), 'in');
  await mkdir(folder);
  await writeFile(path.join(folder, 'a.png'), IMAGE);
  const accepted: string[] = [];
  let nowMs = 0;
  const watcher = await FolderWatcher.open(
    { folder, settleMs: SETTLE_MS, recursive: true, outputs: [], include: [], exclude: [] },
    {
      filterNew: (files) => Promise.resolve(files),
      forget: () => undefined,
      keepOnly: () => undefined,
      check: () => Promise.reject(new EnlargerError('worker/out-of-memory', 'It is too large to check.')),
      accept: (file) => {
        accepted.push(file.relativePath);
        return Promise.resolve();
      },
      skip: () => undefined,
      onState: () => undefined,
    },
    () => nowMs,
  );
  await watcher.rescan();
  nowMs += SETTLE_MS;
  await watcher.rescan();
  expect(accepted).toEqual(['a.png']);
});
