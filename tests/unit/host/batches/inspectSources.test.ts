import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Destination, Source } from '../../../../core/api/batchSpec.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../../core/api/jobSettings.ts';
import { createMediaService } from '../../../../core/media/createMediaService.ts';
import type { MediaLauncher } from '../../../../core/media/mediaLauncher.ts';
import { forkLauncher } from '../../../../core/pool/launcher.ts';
import { NO_MEDIA, openTestHost } from '../../../support/hostParts.ts';
import { fixturePath, sceneRaster, writePng } from '../../../support/images.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

/** The compiled process, as the program starts it. */
const launch: MediaLauncher = forkLauncher(
  fileURLToPath(new URL('../../../../dist/core/worker/media.js', import.meta.url)),
);

const SETTINGS = {
  ...DEFAULT_JOB_SETTINGS,
  model: 'nearest',
  sizing: { kind: 'factor', factor: 2 },
} as const;

const size = { width: 6, height: 4 };
const media = { ...NO_MEDIA, thumbnail: () => Promise.resolve({ media: 'a thumbnail', size }) };

test('the time of earlier images on this machine is the estimate for others, even after a restart', async () => {
  const folder = temporaryFolder();
  const source = { kind: 'path', path: writePng(path.join(folder, 'a.png'), sceneRaster(6, 4)) } as const;
  const data = path.join(folder, 'data');
  const named = { nameTemplate: '{dir}/large {name} {scale}.{ext}' };
  const inspected = { sources: [source], settings: SETTINGS, recursive: true, ...named };
  const first = await openTestHost(data, { parts: { media } });
  const [unknown] = (await first.host.api.inspectSources(inspected)).pictures;
  expect(unknown).toMatchObject({ size });
  expect(unknown?.estimateMs).toBeUndefined();
  expect(unknown?.estimateBytes).toBeGreaterThan(0);
  expect(unknown?.outputName).toBe('large a 2.png');
  const typing = { ...inspected, nameTemplate: '{dir}/{na}.{ext}' };
  expect((await first.host.api.inspectSources(typing)).pictures[0]?.outputName).toBeUndefined();
  const { batchId } = await first.host.api.addBatch({
    spec: {
      sources: [source],
      destination: { kind: 'path', path: path.join(folder, 'out') },
      settings: SETTINGS,
      exists: 'skip',
      ...named,
      ...{ recursive: true, include: [], exclude: [] },
      report: { measure: false, formats: [] },
    },
    startNow: true,
  });
  const countDone = async (): Promise<number | undefined> =>
    (await first.host.api.listBatches({})).batches.find(({ id }) => id === batchId)?.counts.done;
  await expect.poll(countDone, { timeout: 30_000 }).toBe(1);
  await first.close();
  const second = await openTestHost(data, { parts: { media } });
  const [known] = (await second.host.api.inspectSources(inspected)).pictures;
  expect(known?.estimateMs).toBeGreaterThanOrEqual(0);
  expect(known?.estimateBytes).toBe(statSync(path.join(folder, 'out', 'large a 2.png')).size);
  const other = { ...inspected, settings: { ...SETTINGS, model: 'no-such-model' } };
  const [missing] = (await second.host.api.inspectSources(other)).pictures;
  expect(missing).toMatchObject({ name: 'a.png' });
  expect(missing?.estimateMs).toBeUndefined();
  await second.close();
});

test('a file that is cut off or empty is refused with the reason before the start, and the others stay', async () => {
  const folder = temporaryFolder();
  const whole = readFileSync(writePng(path.join(folder, 'whole.png'), sceneRaster(6, 4)));
  writeFileSync(path.join(folder, 'cut.png'), whole.subarray(0, whole.length - 20));
  writeFileSync(path.join(folder, 'empty.jpg'), '');
  // A photo followed by a video has its end marker far from the end of the file.
  const jpeg = readFileSync(fixturePath('rgb8.jpg'));
  writeFileSync(path.join(folder, 'film.jpg'), Buffer.concat([jpeg, Buffer.alloc(4 * jpeg.length)]));
  const service = createMediaService({ cacheFolder: temporaryFolder(), launch });
  const opened = await openTestHost(path.join(temporaryFolder(), 'data'), {
    parts: { media: service },
  });
  const inspected = await opened.host.api.inspectSources({
    sources: [{ kind: 'path', path: folder }],
    ...{ settings: SETTINGS, recursive: true },
  });
  expect(inspected.pictures.map(({ name }) => name)).toEqual(['film.jpg', 'whole.png']);
  expect(inspected.refused.map(({ name, error }) => [name, error.code])).toEqual([
    ['cut.png', 'image/corrupt'],
    ['empty.jpg', 'input/empty'],
  ]);
  await opened.close();
  await service.close();
});

test('an image of the list can be inspected and enlarged again by the id of its job', async () => {
  const folder = temporaryFolder();
  const file = writePng(path.join(folder, 'a.png'), sceneRaster(6, 4));
  const opened = await openTestHost(path.join(folder, 'data'), { parts: { media } });
  const { api } = opened.host;
  const spec = {
    destination: { kind: 'path', path: path.join(folder, 'out') } as const,
    ...{ settings: SETTINGS, exists: 'rename' as const, nameTemplate: '{name}.{ext}' },
    ...{ recursive: true, include: [], exclude: [], report: { measure: false, formats: [] } },
  };
  await api.addBatch({ spec: { ...spec, sources: [{ kind: 'path', path: file }] }, startNow: true });
  const jobs = async () => (await api.listJobs({ offset: 0, limit: 10 })).jobs;
  const [first] = await jobs();
  const source = { kind: 'job', jobId: first?.id ?? 0 } as const;
  const { pictures: images } = await api.inspectSources({
    sources: [source],
    settings: SETTINGS,
    recursive: true,
  });
  expect(images).toMatchObject([{ name: 'a.png', source, size }]);
  await api.addBatch({ spec: { ...spec, sources: [source] }, startNow: true });
  await expect
    .poll(async () => (await jobs()).map(({ state }) => state.kind), { timeout: 30_000 })
    .toEqual(['done', 'done']);
  const gone = { kind: 'job', jobId: 999 } as const;
  const inspected = api.inspectSources({ sources: [gone], settings: SETTINGS, recursive: true });
  await expect(inspected).rejects.toMatchObject({ code: 'job/not-found' });
  await opened.close();
});

test('results that a batch would skip are not offered when their folder is added again', async () => {
  const folder = temporaryFolder();
  const photos = path.join(folder, 'photos');
  mkdirSync(photos);
  writePng(path.join(photos, 'a.png'), sceneRaster(6, 4));
  const source = { kind: 'path', path: photos } as const;
  const opened = await openTestHost(path.join(folder, 'data'), { parts: { media } });
  const { host } = opened;
  const beside = { kind: 'beside', folderName: 'enlarged' } as const;
  const batch = async (destination: Destination): Promise<void> => {
    const { batchId } = await host.api.addBatch({
      spec: {
        sources: [source],
        destination,
        settings: SETTINGS,
        exists: 'rename',
        nameTemplate: '{name} large.{ext}',
        ...{ recursive: true, include: [], exclude: [] },
        report: { measure: false, formats: [] },
      },
      startNow: true,
    });
    const finished = async (): Promise<boolean> =>
      (await host.api.listBatches({})).batches.find(({ id }) => id === batchId)?.finishedAt !== undefined;
    await expect.poll(finished, { timeout: 30_000 }).toBe(true);
  };
  await batch(beside);
  await batch({ kind: 'path', path: path.join(photos, 'prints') });
  const look = async (sources: Source[], destination: Destination): Promise<unknown> => {
    const found = await host.api.inspectSources({
      sources,
      settings: SETTINGS,
      recursive: true,
      destination,
    });
    return [found.pictures.map(({ name }) => name), found.earlierResults];
  };
  expect(await look([source], beside)).toEqual([['a.png'], 1]);
  expect(await look([source], { kind: 'downloads' })).toEqual([['a.png'], 2]);
  // Named directly, a result is an image like any other.
  const result = { kind: 'path', path: path.join(photos, 'enlarged', 'a large.png') } as const;
  expect(await look([result], beside)).toEqual([['a large.png'], undefined]);
  await opened.close();
});
