import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { BatchSpec } from '../../../core/api/batchSpec.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { createMediaService } from '../../../core/media/createMediaService.ts';
import { openBrowserPlaces, type BrowserPlaces } from '../../../core/server/browserPlaces.ts';
import { openTestHost, type TestHost } from '../../support/hostParts.ts';
import { fixturePath } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

interface Setting extends TestHost {
  readonly photos: string;
  readonly elsewhere: string;
  readonly places: BrowserPlaces;
  add(changes?: Partial<BatchSpec>, startNow?: boolean): Promise<number>;
  states(batchId: number): Promise<string[]>;
}

/** A host as in `enlarger serve`, with one opened folder that contains a link out of it. */
async function serving(): Promise<Setting> {
  const root = temporaryFolder();
  const [photos, elsewhere, data] = ['Photos', 'elsewhere', 'data'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [photos, elsewhere, data]) mkdirSync(folder);
  copyFileSync(fixturePath('rgb8.png'), path.join(photos, 'a.png'));
  symlinkSync(elsewhere, path.join(photos, 'out'));
  const places = openBrowserPlaces(data, [photos]);
  const media = createMediaService({ cacheFolder: data });
  const opened = await openTestHost(data, {
    parts: {
      sources: places.resolver,
      media,
      capabilities: { localPaths: false, desktop: false, uploads: true },
    },
  });
  onTestFinished(async () => {
    await opened.close();
    await media.close();
  });
  const rootId = places.roots.all[0]?.id ?? '';
  const { api } = opened.host;
  return {
    ...opened,
    photos,
    elsewhere,
    places,
    add: async (changes = {}, startNow = true) => {
      const spec: BatchSpec = {
        sources: [{ kind: 'root', rootId, relative: 'a.png' }],
        destination: { kind: 'root', rootId, relative: '' },
        settings: { ...DEFAULT_JOB_SETTINGS, model: 'nearest', sizing: { kind: 'factor', factor: 2 } },
        exists: 'skip',
        nameTemplate: '{dir}/{name}_2x.{ext}',
        recursive: true,
        include: [],
        exclude: [],
        report: { measure: false, formats: [] },
        ...changes,
      };
      return (await api.addBatch({ spec, startNow })).batchId;
    },
    states: async (batchId) => {
      const { jobs } = await api.listJobs({ batchId, order: 'queue', offset: 0, limit: 10 });
      return jobs.map(({ state }) => (state.kind === 'failed' ? state.error.code : state.kind));
    },
  };
}

test.skipIf(process.platform === 'win32')(
  'a name template that goes through a link is refused at planning',
  async () => {
    const setting = await serving();
    const batch = await setting.add({ nameTemplate: 'out/{name}.{ext}' });
    expect(await setting.states(batch)).toEqual(['request/forbidden']);
    expect(readdirSync(setting.elsewhere)).toEqual([]);
  },
);

test('a name that would be hidden is refused at planning', async () => {
  const setting = await serving();
  copyFileSync(fixturePath('rgb8.png'), path.join(setting.photos, '.profile.png'));
  const rootId = setting.places.roots.all[0]?.id ?? '';
  const batch = await setting.add({ sources: [{ kind: 'root', rootId, relative: '.profile.png' }] });
  expect(await setting.states(batch)).toEqual(['request/forbidden']);
});

test.skipIf(process.platform === 'win32')(
  'a folder that is swapped for a link while a batch waits gets no result',
  async () => {
    const setting = await serving();
    const rootId = setting.places.roots.all[0]?.id ?? '';
    const results = path.join(setting.photos, 'results');
    mkdirSync(results);
    const batch = await setting.add({ destination: { kind: 'root', rootId, relative: 'results' } }, false);
    expect(await setting.states(batch)).toEqual(['queued']);
    renameSync(results, `${results}-away`);
    symlinkSync(setting.elsewhere, results);
    await setting.host.api.startQueue({});
    await expect.poll(() => setting.states(batch)).toEqual(['request/forbidden']);
    expect(readdirSync(setting.elsewhere)).toEqual([]);
  },
);

test('only results of this program are served, and only as long as they are unchanged', async () => {
  const setting = await serving();
  const { api } = setting.host;
  const secret = path.join(setting.photos, 'a_2x.png');
  writeFileSync(secret, 'a file of the user that only looks like a result');
  const skipped = await setting.add();
  await expect.poll(() => setting.states(skipped)).toEqual(['skipped']);
  const jobOf = async (batchId: number): Promise<number> =>
    (await api.listJobs({ batchId, order: 'queue', offset: 0, limit: 1 })).jobs[0]?.id ?? 0;
  const forbidden: unknown = expect.objectContaining({ code: 'request/forbidden' });
  await expect(api.downloadResult({ jobId: await jobOf(skipped) })).rejects.toEqual(forbidden);
  await expect(api.openImage({ jobId: await jobOf(skipped), which: 'result' })).rejects.toEqual(forbidden);
  rmSync(secret);
  const made = await setting.add({ nameTemplate: '{name}_made.{ext}' });
  await expect.poll(() => setting.states(made), { timeout: 20_000 }).toEqual(['done']);
  const { media } = await api.downloadResult({ jobId: await jobOf(made) });
  expect(await setting.parts.media.read(media)).toMatchObject({ fileName: 'a_made.png' });
  writeFileSync(path.join(setting.photos, 'a_made.png'), 'replaced');
  await expect(setting.parts.media.read(media)).rejects.toMatchObject({ code: 'media/not-found' });
  await expect(api.downloadResult({ jobId: await jobOf(made) })).rejects.toEqual(forbidden);
  expect(existsSync(path.join(setting.elsewhere, 'a_made.png'))).toBe(false);
});
