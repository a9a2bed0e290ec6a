import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import type { Preset } from '../../../core/api/programSettings.ts';
import { WatchedFolders } from '../../../core/host/watching/watchedFolders.ts';
import { readRaster } from '../../../core/image/readRaster.ts';
import { DEFAULT_NAME_TEMPLATE } from '../../../core/jobs/outputNames.ts';
import { NO_MEDIA, openTestHost, type TestHost } from '../../support/hostParts.ts';
import { fixturePath } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** The program's own decoder, in this process. */
const MEDIA = {
  ...NO_MEDIA,
  verify: async (file: string, { maxPixels }: { readonly maxPixels: number }) => {
    const { width, height } = await readRaster(file, { colour: 'keep', maxPixels });
    return { width, height };
  },
};

interface Place {
  readonly data: string;
  readonly watched: string;
  readonly out: string;
}

function makePlace(): Place {
  const root = temporaryFolder();
  const place = {
    data: path.join(root, 'data'),
    watched: path.join(root, 'in'),
    out: path.join(root, 'out'),
  };
  mkdirSync(path.join(place.watched, 'sub'), { recursive: true });
  mkdirSync(place.data);
  return place;
}

function preset(out: string): Preset {
  return {
    id: 'p',
    name: 'Twice',
    batch: {
      destination: { kind: 'path', path: out },
      settings: {
        ...DEFAULT_JOB_SETTINGS,
        model: 'nearest',
        sizing: { kind: 'factor', factor: 2 },
      },
      exists: 'rename',
      nameTemplate: DEFAULT_NAME_TEMPLATE,
      recursive: true,
      include: [],
      exclude: [],
      report: { measure: false, formats: [] },
    },
  };
}

function open({ data }: Place): Promise<TestHost> {
  return openTestHost(data, {
    parts: { createWatcher: (context) => new WatchedFolders(context, MEDIA) },
  });
}

const SETTINGS = {
  presetId: 'p',
  settleMs: 100,
  include: [],
  exclude: [],
  recursive: true,
  paused: false,
};

async function results({ out }: Place, count: number): Promise<string[]> {
  const files = (): string[] =>
    existsSync(out)
      ? readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
          /^(?!.*\.enlarger-).*\.png$/.test(name),
        )
      : [];
  await expect.poll(() => files().length, { timeout: 20_000 }).toBe(count);
  return files().sort();
}

async function watching(place: Place, more: object = {}): Promise<TestHost> {
  const opened = await open(place);
  await opened.host.api.savePreset(preset(place.out));
  await opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS, ...more });
  await opened.host.api.startQueue({});
  return opened;
}

test('images are enlarged with their folders, once, also after a restart', async () => {
  const place = makePlace();
  const first = await watching(place);
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'sub', 'a.png'));
  expect(await results(place, 1)).toEqual([path.join('sub', 'a_2x.png')]);
  await first.close();
  const second = await open(place);
  copyFileSync(fixturePath('grey8.png'), path.join(place.watched, 'b.png'));
  await results(place, 2);
  const { folders } = await second.host.api.listWatchedFolders({});
  expect(folders).toMatchObject([{ taken: 2, state: { kind: 'watching' }, passedOver: [] }]);
  await second.close();
});

test('images that are there already are left alone if asked for, also after a restart', async () => {
  const place = makePlace();
  copyFileSync(fixturePath('grey8.png'), path.join(place.watched, 'old.png'));
  copyFileSync(fixturePath('grey8.png'), path.join(place.watched, 'sub', 'old.png'));
  const first = await watching(place, { leaveExisting: true });
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'new.png'));
  expect(await results(place, 1)).toEqual(['new_2x.png']);
  await first.close();
  const second = await open(place);
  const [folder] = (await second.host.api.listWatchedFolders({})).folders;
  // Other settings do not make an old image a new one.
  await second.host.api.savePreset({ ...preset(place.out), id: 'q' });
  await second.host.api.updateWatchedFolder({ id: folder?.id ?? 0, presetId: 'q' });
  // One that is saved again is new.
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'sub', 'old.png'));
  expect(await results(place, 2)).toEqual(['new_2x.png', path.join('sub', 'old_2x.png')]);
  await second.close();
});

test('images of a folder are counted before it is watched, without own results and as patterns let them in', async () => {
  const place = makePlace();
  const opened = await watching(place);
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'a.png'));
  await results(place, 1);
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'sub', 'b.png'));
  writeFileSync(path.join(place.watched, 'notes.txt'), 'no image');
  const count = async (folder: string, more: object = {}): Promise<number> => {
    const fields = { folder, recursive: true, include: [], exclude: [] };
    return (await opened.host.api.countFolderImages({ ...fields, ...more })).images;
  };
  expect(await count(place.watched)).toBe(2);
  expect(await count(place.watched, { recursive: false })).toBe(1);
  expect(await count(place.watched, { exclude: ['sub/**'] })).toBe(1);
  expect(await count(path.dirname(place.watched))).toBe(2);
  expect(await count(place.out)).toBe(1);
  await expect(count(path.join(place.watched, 'missing'))).rejects.toMatchObject({
    code: 'watch/unreachable',
  });
  await opened.close();
});

test('results next to their originals are not reported as skipped', async () => {
  const place = makePlace();
  const opened = await open(place);
  const beside = preset(place.out);
  await opened.host.api.savePreset({
    ...beside,
    batch: { ...beside.batch, destination: { kind: 'beside', folderName: 'enlarged' } },
  });
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'sub', 'a.png'));
  await opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS });
  await opened.host.api.startQueue({});
  const made = path.join(place.watched, 'sub', 'enlarged', 'a_2x.png');
  await expect.poll(() => existsSync(made), { timeout: 20_000 }).toBe(true);
  copyFileSync(fixturePath('grey8.png'), path.join(place.watched, 'b.png'));
  const second = path.join(place.watched, 'enlarged', 'b_2x.png');
  await expect.poll(() => existsSync(second), { timeout: 20_000 }).toBe(true);
  const { folders } = await opened.host.api.listWatchedFolders({});
  expect(folders).toMatchObject([{ taken: 2, passedOver: [] }]);
  await opened.close();
});

test('originals move away when their results are there', async () => {
  const place = makePlace();
  const done = path.join(place.watched, 'done');
  const opened = await watching(place, { moveOriginalsTo: done });
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'sub', 'a.png'));
  await results(place, 1);
  await expect.poll(() => existsSync(path.join(done, 'sub', 'a.png'))).toBe(true);
  await expect.poll(() => readdirSync(path.join(place.watched, 'sub'))).toEqual([]);
  await opened.close();
});

test('a result that comes back under another name is known and not enlarged again', async () => {
  const place = makePlace();
  const opened = await watching(place);
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'a.png'));
  const [made = ''] = await results(place, 1);
  copyFileSync(path.join(place.out, made), path.join(place.watched, 'renamed.png'));
  const passedOver = async (): Promise<unknown> =>
    (await opened.host.api.listWatchedFolders({})).folders[0]?.passedOver;
  await expect
    .poll(passedOver, { timeout: 20_000 })
    .toMatchObject([{ name: 'renamed.png', error: { code: 'watch/own-result' } }]);
  await results(place, 1);
  await opened.close();
});

test('results of another folder are images like any other, but never come back to it', async () => {
  const place = makePlace();
  const opened = await watching(place);
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'a.png'));
  await results(place, 1);
  await opened.host.api.savePreset({ ...preset(path.join(place.watched, 'sub')), id: 'back' });
  await opened.host.api.addWatchedFolder({ folder: place.out, ...SETTINGS, presetId: 'back' });
  const skipped = async (): Promise<unknown> =>
    (await opened.host.api.listWatchedFolders({})).folders.flatMap(({ passedOver }) => passedOver);
  const back = path.join('sub', 'a_2x_2x.png');
  await expect.poll(() => existsSync(path.join(place.watched, back)), { timeout: 20_000 }).toBe(true);
  copyFileSync(path.join(place.watched, back), path.join(place.watched, 'renamed.png'));
  await expect
    .poll(skipped, { timeout: 20_000 })
    .toMatchObject([{ name: 'renamed.png', error: { code: 'watch/own-result' } }]);
  expect(await results(place, 1)).toEqual(['a_2x.png']);
  await opened.close();
});

test.each([
  ['the watched folder itself', (place: Place) => place.watched],
  ['a folder around it', (place: Place) => path.dirname(place.watched)],
])('results into %s are refused, and nothing is watched then', async (_, out) => {
  const place = makePlace();
  const opened = await open(place);
  await opened.host.api.savePreset(preset(out(place)));
  await expect(
    opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS }),
  ).rejects.toMatchObject({ code: 'watch/feeds-itself' });
  expect((await opened.host.api.listWatchedFolders({})).folders).toEqual([]);
  await opened.close();
});

test('a paused folder accepts nothing until it is resumed', async () => {
  const place = makePlace();
  const opened = await watching(place, { paused: true });
  const { api } = opened.host;
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'a.png'));
  const [folder] = (await api.listWatchedFolders({})).folders;
  expect(folder).toMatchObject({ state: { kind: 'paused' }, taken: 0 });
  await api.updateWatchedFolder({ id: folder?.id ?? 0, paused: false });
  await results(place, 1);
  await opened.close();
});

test('a folder whose preset was deleted reports it', async () => {
  const place = makePlace();
  const first = await watching(place);
  await first.host.api.deletePreset({ presetId: 'p' });
  await first.close();
  const second = await open(place);
  const state = async (): Promise<unknown> =>
    (await second.host.api.listWatchedFolders({})).folders[0]?.state;
  await expect.poll(state).toMatchObject({ kind: 'unreachable', error: { code: 'preset/not-found' } });
  await second.close();
});

test('a file that is not an image is reported by name', async () => {
  const place = makePlace();
  const opened = await watching(place);
  writeFileSync(path.join(place.watched, 'notes.txt'), 'words');
  const names = async (): Promise<unknown> =>
    (await opened.host.api.listWatchedFolders({})).folders[0]?.passedOver.map(({ name }) => name);
  await expect.poll(names, { timeout: 20_000 }).toEqual(['notes.txt']);
  await opened.close();
});

/** What became of each file, by name, as clients see it. */
async function ends(opened: TestHost): Promise<string[]> {
  const { jobs } = await opened.host.api.listJobs({ order: 'newest', offset: 0, limit: 100 });
  return jobs.map(({ name, state }) => `${name} ${state.kind}`).sort();
}

async function passedOver(opened: TestHost): Promise<unknown> {
  const { folders } = await opened.host.api.listWatchedFolders({});
  return folders[0]?.passedOver.map(({ name, error }) => [name, error.code]);
}

function withPolicy(out: string, exists: Preset['batch']['exists'], more: object = {}): Preset {
  const { batch, ...rest } = preset(out);
  return { ...rest, batch: { ...batch, exists, ...more } };
}

async function watchingWith(place: Place, chosen: Preset, more: object = {}): Promise<TestHost> {
  const opened = await open(place);
  await opened.host.api.savePreset(chosen);
  await opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS, ...more });
  await opened.host.api.startQueue({});
  return opened;
}

function drop(place: Place, fixture: string, name: string): void {
  copyFileSync(fixturePath(fixture), path.join(place.watched, name));
}

test('with skip, a newer image of the same name gets a result under a free name', async () => {
  const place = makePlace();
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'scan.png');
  await results(place, 1);
  drop(place, 'grey8.png', 'scan.png');
  expect(await results(place, 2)).toEqual(['scan_2x (2).png', 'scan_2x.png']);
  await opened.close();
});

test('a newer image of a name whose original was moved away is made and moved, too', async () => {
  const place = makePlace();
  const done = path.join(place.watched, 'done');
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'), { moveOriginalsTo: done });
  for (const [index, fixture] of ['rgb8.png', 'grey8.png', 'rgb16.png'].entries()) {
    drop(place, fixture, 'scan.png');
    await results(place, index + 1);
    await expect.poll(() => readdirSync(done).length, { timeout: 20_000 }).toBe(index + 1);
  }
  const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
  const moved = readdirSync(done).map((name) => hashOf(path.join(done, name)));
  const dropped = ['rgb8.png', 'grey8.png', 'rgb16.png'].map((name) => hashOf(fixturePath(name)));
  expect(moved.sort()).toEqual(dropped.sort());
  await opened.close();
});

test('with overwrite, a newer version replaces its result, and another input never does', async () => {
  const place = makePlace();
  const format = { settings: { ...preset('').batch.settings, format: 'png' } };
  const opened = await watchingWith(place, withPolicy(place.out, 'overwrite', format));
  drop(place, 'grey8.png', 'x.png');
  await results(place, 1);
  const before = readFileSync(path.join(place.out, 'x_2x.png'));
  drop(place, 'rgb8.jpg', 'x.jpg');
  const names = await results(place, 2);
  expect(readFileSync(path.join(place.out, 'x_2x.png')).equals(before)).toBe(true);
  drop(place, 'rgb16.png', 'x.png');
  await expect
    .poll(() => readFileSync(path.join(place.out, 'x_2x.png')).equals(before), { timeout: 20_000 })
    .toBe(false);
  expect(await results(place, 2)).toEqual(names);
  await opened.close();
});

test('a copy under another name gets a result of its own', async () => {
  const place = makePlace();
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'one.png');
  await results(place, 1);
  drop(place, 'rgb8.png', 'two.png');
  expect(await results(place, 2)).toEqual(['one_2x.png', 'two_2x.png']);
  await opened.close();
});

test('an original moves only when its own content has a whole result', async () => {
  const place = makePlace();
  const done = path.join(place.watched, 'done');
  const first = await watchingWith(place, withPolicy(place.out, 'skip'), { moveOriginalsTo: done });
  await first.host.api.pauseQueue({});
  drop(place, 'rgb8.png', 'scan.png');
  await expect.poll(() => ends(first), { timeout: 20_000 }).toEqual(['scan.png queued']);
  // Dropped again while the queue waits: the first job is done with what is there when its turn comes.
  drop(place, 'grey8.png', 'scan.png');
  await expect.poll(() => ends(first), { timeout: 20_000 }).toEqual(['scan.png queued', 'scan.png queued']);
  await first.host.api.startQueue({});
  await expect.poll(() => readdirSync(done), { timeout: 20_000 }).toEqual(['scan.png']);
  expect(readFileSync(path.join(done, 'scan.png')).equals(readFileSync(fixturePath('grey8.png')))).toBe(true);
  expect(await results(place, 1)).toEqual(['scan_2x.png']);
  await first.close();
});

test('an original whose result is gone stays, and that is reported', async () => {
  const place = makePlace();
  const first = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'scan.png');
  await results(place, 1);
  await expect.poll(() => ends(first), { timeout: 20_000 }).toEqual(['scan.png done']);
  writeFileSync(path.join(place.out, 'scan_2x.png'), '');
  const done = path.join(place.watched, 'done');
  const [folder] = (await first.host.api.listWatchedFolders({})).folders;
  await first.host.api.updateWatchedFolder({ id: folder?.id ?? 0, moveOriginalsTo: done });
  await expect
    .poll(() => passedOver(first), { timeout: 20_000 })
    .toEqual([['scan.png', 'output/verification-failed']]);
  expect(existsSync(path.join(place.watched, 'scan.png'))).toBe(true);
  await first.close();
});

test('what was moved back is known by its result, or made again if that is gone', async () => {
  const place = makePlace();
  const done = path.join(place.watched, 'done');
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'), { moveOriginalsTo: done });
  const [original, moved] = [path.join(place.watched, 'a.png'), path.join(done, 'a.png')];
  drop(place, 'rgb8.png', 'a.png');
  await expect.poll(() => existsSync(moved), { timeout: 20_000 }).toBe(true);
  renameSync(moved, original);
  await expect.poll(() => ends(opened), { timeout: 20_000 }).toEqual(['a.png done', 'a.png skipped']);
  await expect.poll(() => existsSync(moved), { timeout: 20_000 }).toBe(true);
  rmSync(path.join(place.out, 'a_2x.png'));
  renameSync(moved, original);
  expect(await results(place, 1)).toEqual(['a_2x.png']);
  await expect.poll(() => existsSync(moved), { timeout: 20_000 }).toBe(true);
  await opened.close();
});

test('other settings make what is there anew', async () => {
  const place = makePlace();
  const first = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'a.png');
  await results(place, 1);
  await first.close();
  const settings = { ...preset('').batch.settings, sizing: { kind: 'factor', factor: 3 } as const };
  const second = await open(place);
  await second.host.api.savePreset(withPolicy(place.out, 'skip', { settings }));
  const [folder] = (await second.host.api.listWatchedFolders({})).folders;
  await second.host.api.updateWatchedFolder({ id: folder?.id ?? 0, paused: false });
  expect(await results(place, 2)).toEqual(['a_2x.png', 'a_3x.png']);
  await second.close();
});

test('an image that failed is tried again after a restart, and made when its cause is gone', async () => {
  const place = makePlace();
  writeFileSync(place.out, 'a file where the folder of results should be');
  const first = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'a.png');
  await expect.poll(() => ends(first), { timeout: 20_000 }).toEqual(['a.png failed']);
  await first.close();
  rmSync(place.out);
  const second = await open(place);
  expect(await results(place, 1)).toEqual(['a_2x.png']);
  await second.close();
});

test('a name template that cannot work is refused, and no image is marked as accepted', async () => {
  const place = makePlace();
  const opened = await open(place);
  drop(place, 'rgb8.png', 'a.png');
  await opened.host.api.savePreset(withPolicy(place.out, 'skip', { nameTemplate: '{nam}.{ext}' }));
  await expect(
    opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS }),
  ).rejects.toMatchObject({ code: 'usage/invalid-option' });
  await opened.host.api.savePreset(preset(place.out));
  await opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS });
  await opened.host.api.startQueue({});
  await results(place, 1);
  await opened.close();
});

test('a folder named like an image is mirrored as a folder', async () => {
  const place = makePlace();
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'));
  mkdirSync(path.join(place.watched, 'roll.png'));
  drop(place, 'rgb8.png', path.join('roll.png', 'a.png'));
  expect(await results(place, 2)).toEqual(['roll.png', path.join('roll.png', 'a_2x.png')]);
  await opened.close();
});

test('a path that was once a result is an image like any other when another image is there', async () => {
  const place = makePlace();
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'a.png');
  await results(place, 1);
  const result = path.join(place.out, 'a_2x.png');
  rmSync(result);
  const nested = await opened.host.api
    .addWatchedFolder({ folder: place.out, ...SETTINGS, presetId: 'q' })
    .catch(() => undefined);
  expect(nested).toBeUndefined();
  await opened.host.api.savePreset({ ...withPolicy(path.join(place.data, 'more'), 'skip'), id: 'q' });
  await opened.host.api.addWatchedFolder({ folder: place.out, ...SETTINGS, presetId: 'q' });
  copyFileSync(fixturePath('grey8.png'), result);
  await expect
    .poll(() => existsSync(path.join(place.data, 'more', 'a_2x_2x.png')), { timeout: 20_000 })
    .toBe(true);
  await opened.close();
});
