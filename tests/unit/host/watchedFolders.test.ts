import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import type { Preset } from '../../../core/api/programSettings.ts';
import { WatchedFolders } from '../../../core/host/watching/watchedFolders.ts';
import { DEFAULT_NAME_TEMPLATE } from '../../../core/jobs/outputNames.ts';
import { NO_MEDIA, openTestHost, type TestHost } from '../../support/hostParts.ts';
import { fixturePath } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Decodes everything. */
const MEDIA = {
  ...NO_MEDIA,
  thumbnail: () => Promise.resolve({ media: 'thumbnail', size: { width: 8, height: 8 } }),
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
    .toMatchObject([{ name: 'renamed.png', error: { code: 'watch/feeds-itself' } }]);
  await results(place, 1);
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

test('a paused folder takes nothing until it goes on', async () => {
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

test('a folder whose preset went away says so and is found again', async () => {
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

test('a file that is no image is said by name', async () => {
  const place = makePlace();
  const opened = await watching(place);
  writeFileSync(path.join(place.watched, 'notes.txt'), 'words');
  const names = async (): Promise<unknown> =>
    (await opened.host.api.listWatchedFolders({})).folders[0]?.passedOver.map(({ name }) => name);
  await expect.poll(names, { timeout: 20_000 }).toEqual(['notes.txt']);
  await opened.close();
});
