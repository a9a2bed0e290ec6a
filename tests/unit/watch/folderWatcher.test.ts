import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EnlargerError, type ErrorCode } from '../../../core/api/errors.ts';
import type { FileSnapshot } from '../../../core/watch/fileSnapshot.ts';
import { FolderWatcher } from '../../../core/watch/folderWatcher.ts';
import { GIVE_UP_MS } from '../../../core/watch/settling.ts';
import type { WatchState } from '../../../core/watch/watchOwner.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const SETTLE_MS = 2000;

/** A watcher whose clock is moved by hand, and which looks only when told to. */
class WatchedFolder {
  readonly folder = path.join(temporaryFolder(), 'in');
  readonly taken: string[] = [];
  readonly passedOver: [string, ErrorCode][] = [];
  readonly states: WatchState['kind'][] = [];
  readonly #versions = new Set<string>();
  /** What decoding says of a file, by its name. */
  readonly damaged = new Map<string, ErrorCode>();
  nowMs = 0;
  #watcher: FolderWatcher | undefined;

  async look(options: { outputs?: string[]; recursive?: boolean; exclude?: string[] } = {}): Promise<void> {
    this.#watcher ??= await FolderWatcher.open(
      {
        folder: this.folder,
        settleMs: SETTLE_MS,
        recursive: options.recursive ?? true,
        outputs: options.outputs ?? [],
        include: [],
        exclude: options.exclude ?? [],
      },
      {
        filterNew: (looks) => Promise.resolve(looks.filter((look) => !this.#versions.has(version(look)))),
        decode: (file) => {
          const code = this.damaged.get(path.basename(file));
          return code === undefined
            ? Promise.resolve()
            : Promise.reject(new EnlargerError(code, 'It does not decode.'));
        },
        take: (look) => {
          this.#versions.add(version(look));
          this.taken.push(look.relativePath);
          return Promise.resolve();
        },
        skip: (file, { code }) => this.passedOver.push([file, code]),
        onState: ({ kind }) => this.states.push(kind),
      },
      () => this.nowMs,
    );
    await this.#watcher.rescan();
  }

  async lookAfter(ms: number): Promise<void> {
    this.nowMs += ms;
    await this.look();
  }

  async write(name: string, content: string): Promise<void> {
    const file = path.join(this.folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

function version({ path: file, sizeBytes, mtimeNs, inode }: FileSnapshot): string {
  return [file, sizeBytes, mtimeNs, inode].join(' ');
}

test('an image is taken once, and not before it looks the same twice', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png', 'pix');
  await watched.look();
  await watched.lookAfter(SETTLE_MS - 1);
  expect(watched.taken).toEqual([]);
  await watched.lookAfter(1);
  await watched.lookAfter(SETTLE_MS);
  expect(watched.taken).toEqual(['a.png']);
});

test('an image that is written slowly is taken when it stands still', async () => {
  const watched = new WatchedFolder();
  for (const content of ['a', 'ab', 'abc']) {
    await watched.write('a.png', content);
    await watched.lookAfter(SETTLE_MS - 1);
  }
  expect(watched.taken).toEqual([]);
  await watched.lookAfter(SETTLE_MS);
  expect(watched.taken).toEqual(['a.png']);
});

test('an image that does not decode yet is waited for, and taken when it is complete', async () => {
  const watched = new WatchedFolder();
  watched.damaged.set('a.png', 'image/corrupt');
  await watched.write('a.png', 'ha');
  await watched.look();
  await watched.lookAfter(SETTLE_MS);
  expect(watched.passedOver).toEqual([]);
  watched.damaged.clear();
  await watched.write('a.png', 'half and half');
  await watched.lookAfter(1);
  await watched.lookAfter(SETTLE_MS);
  expect(watched.taken).toEqual(['a.png']);
});

test('an image that stays damaged is said once', async () => {
  const watched = new WatchedFolder();
  watched.damaged.set('a.png', 'image/corrupt');
  await watched.write('a.png', 'ha');
  await watched.look();
  for (let turn = 0; turn < 4; turn++) await watched.lookAfter(GIVE_UP_MS);
  expect(watched.passedOver).toEqual([['a.png', 'image/corrupt']]);
});

test('what is over the limits, unreadable or no image is said at once, and only once', async () => {
  const watched = new WatchedFolder();
  watched.damaged.set('huge.png', 'image/too-large');
  await watched.write('huge.png', 'x');
  await watched.write('notes.txt', 'words');
  await watched.look();
  for (let turn = 0; turn < 3; turn++) await watched.lookAfter(SETTLE_MS);
  expect(watched.passedOver.sort()).toEqual([
    ['huge.png', 'image/too-large'],
    ['notes.txt', 'image/unsupported-format'],
  ]);
});

test('unfinished downloads, results under way and files of the system are left alone silently', async () => {
  const watched = new WatchedFolder();
  for (const name of ['a.png.part', 'b.crdownload', '.enlarger-12345678-1.part', '.DS_Store', 'c.png~'])
    await watched.write(name, 'x');
  await watched.look();
  await watched.lookAfter(SETTLE_MS);
  expect([watched.taken, watched.passedOver]).toEqual([[], []]);
});

test('a renamed image is taken under its new name, one that vanished is said', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png', 'pix');
  await watched.write('gone.png', 'gone');
  await watched.look();
  await rename(path.join(watched.folder, 'a.png'), path.join(watched.folder, 'b.png'));
  await rm(path.join(watched.folder, 'gone.png'));
  await watched.lookAfter(1);
  await watched.lookAfter(SETTLE_MS);
  expect(watched.taken).toEqual(['b.png']);
  expect(watched.passedOver).toEqual([['gone.png', 'input/not-found']]);
});

test('a new version under the same name is taken again', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png', 'one');
  await watched.look();
  await watched.lookAfter(SETTLE_MS);
  await watched.write('new', 'another');
  await rename(path.join(watched.folder, 'new'), path.join(watched.folder, 'a.png'));
  await watched.lookAfter(1);
  await watched.lookAfter(SETTLE_MS);
  expect(watched.taken).toEqual(['a.png', 'a.png']);
});

test('folders are mirrored; results inside the watched folder are never entered', async () => {
  const watched = new WatchedFolder();
  await watched.write('deep/er/a.png', 'pix');
  await watched.write('out/a_4x.png', 'result');
  await watched.look({ outputs: [path.join(watched.folder, 'out')] });
  await watched.lookAfter(SETTLE_MS);
  expect(watched.taken).toEqual([path.join('deep', 'er', 'a.png')]);
});

test('without recursion and with patterns, only what is asked for is taken', async () => {
  const watched = new WatchedFolder();
  await watched.write('deep/a.png', 'pix');
  await watched.write('b.png', 'pix');
  await watched.write('c.png', 'pix');
  await watched.look({ recursive: false, exclude: ['c.*'] });
  await watched.lookAfter(SETTLE_MS);
  expect(watched.taken).toEqual(['b.png']);
});

test.skipIf(process.platform === 'win32')('links are not followed, and links to files are said', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png', 'pix');
  await symlink(watched.folder, path.join(watched.folder, 'circle'));
  await symlink(path.join(watched.folder, 'a.png'), path.join(watched.folder, 'link.png'));
  await watched.look();
  await watched.lookAfter(SETTLE_MS);
  expect(watched.taken).toEqual(['a.png']);
  expect(watched.passedOver.map(([file]) => file).sort()).toEqual(['circle', 'link.png']);
});

test('a folder that goes away is said, not made anew, and taken up when it is back', async () => {
  const watched = new WatchedFolder();
  await watched.write('a.png', 'pix');
  await watched.look();
  await rename(watched.folder, `${watched.folder}-away`);
  await watched.lookAfter(1);
  expect(watched.states).toEqual(['unreachable']);
  await rename(`${watched.folder}-away`, watched.folder);
  await watched.lookAfter(1);
  await watched.lookAfter(SETTLE_MS);
  expect(watched.taken).toEqual(['a.png']);
  expect(watched.passedOver).toEqual([]);
});

test('a folder that is not there cannot be watched', async () => {
  const watched = new WatchedFolder();
  await expect(watched.look()).rejects.toMatchObject({ code: 'watch/unreachable' });
});
