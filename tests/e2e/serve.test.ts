import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import { fixturePath, sceneRaster, writePng } from '../support/images.ts';
import { filesBelow, startCli, type RunningCli } from '../support/runCli.ts';
import { ServeClient } from '../support/serveClient.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

interface Serving {
  readonly cli: RunningCli;
  readonly client: ServeClient;
  readonly data: string;
  readonly photos: string;
}

async function serve(): Promise<Serving> {
  const folder = temporaryFolder();
  const [data, photos, window] = ['data', 'Photos', 'window'].map((name) => path.join(folder, name));
  for (const each of [photos, window]) mkdirSync(each ?? '');
  writeFileSync(path.join(window ?? '', 'index.html'), '<!doctype html>');
  const words = [
    'serve',
    '--port',
    '0',
    '--data',
    data ?? '',
    '--open',
    photos ?? '',
    '--window',
    window ?? '',
  ];
  const cli = startCli(words);
  let link = '';
  cli.child.stdout?.on('data', (text: string) => (link += text));
  await cli.until('#t=');
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#t=[\w-]{43}\n$/);
  return { cli, client: await ServeClient.open(link.trim()), data: data ?? '', photos: photos ?? '' };
}

const SETTINGS = { ...DEFAULT_JOB_SETTINGS, model: 'bicubic', sizing: { kind: 'factor', factor: 2 } };
const BATCH = {
  settings: SETTINGS,
  exists: 'skip',
  nameTemplate: '{dir}/{name}_{size}.{ext}',
  recursive: true,
  include: [],
  exclude: [],
  report: { measure: false, formats: [] },
};

test('a browser sends an image, has it enlarged, views and fetches it; uploads survive Ctrl-C', async () => {
  const { cli, client, data } = await serve();
  const source = await client.upload(fixturePath('rgb8.png'));
  const inspected = await client.call('inspectSources', {
    sources: [source],
    settings: SETTINGS,
    recursive: true,
  });
  expect(inspected.refused).toEqual([]);
  const [image] = inspected.pictures;
  expect(image).toMatchObject({ name: 'rgb8.png' });
  expect(image).not.toHaveProperty('path');
  const done = client.until(
    (event) => event.type === 'jobs-changed' && event.jobs.some(({ state }) => state.kind === 'done'),
  );
  const spec = { ...BATCH, sources: [source], destination: { kind: 'downloads' } };
  const { batchId } = await client.call('addBatch', { spec, startNow: true });
  await done;
  const { jobs } = await client.call('listJobs', { batchId, offset: 0, limit: 10 });
  const [job] = jobs;
  expect(JSON.stringify(jobs)).not.toContain(path.dirname(data));
  const { media, fileName } = await client.call('downloadResult', { jobId: job?.id });
  const { bytes, headers } = await client.media(media);
  expect(headers.get('content-disposition')).toContain(`filename="${fileName}"`);
  const before = await sharp(fixturePath('rgb8.png')).metadata();
  const after = await sharp(bytes).metadata();
  expect([after.width, after.height]).toEqual([2 * before.width, 2 * before.height]);
  const pyramid = await client.call('openImage', { jobId: job?.id, which: 'result' });
  const tile = await client.media(`${pyramid.media}/0/0/0`);
  expect((await sharp(tile.bytes).metadata()).width).toBe(2 * before.width);
  cli.child.kill('SIGINT');
  expect(await cli.finished).toMatchObject({ code: 0, stderr: '' });
  // A batch that waits can still be enlarged after the next start.
  expect(readdirSync(path.join(data, 'uploads'))).toHaveLength(1);
  expect(readdirSync(data).filter((name) => name.startsWith('media-'))).toEqual([]);
});

test('images of an opened folder are enlarged into it, and nothing next to it is changed', async () => {
  const { cli, client, photos } = await serve();
  mkdirSync(path.join(photos, 'trip'));
  const image = writePng(path.join(photos, 'trip', 'scene.png'), sceneRaster(20, 10));
  const original = readFileSync(image);
  const { roots } = await client.call('getProgramInfo');
  expect(roots).toMatchObject([{ name: 'Photos' }]);
  const done = client.until(
    (event) => event.type === 'jobs-changed' && event.jobs.some(({ state }) => state.kind === 'done'),
  );
  const place = { kind: 'root', rootId: roots[0]?.id };
  const spec = {
    ...BATCH,
    sources: [{ ...place, relative: 'trip' }],
    destination: { ...place, relative: 'large' },
  };
  const { batchId } = await client.call('addBatch', { spec, startNow: true });
  await done;
  expect(filesBelow(path.dirname(photos)).filter((file) => file.endsWith('.png'))).toEqual([
    'Photos/large/scene_2x.png',
    'Photos/trip/scene.png',
  ]);
  expect(readFileSync(image)).toEqual(original);
  const { jobs } = await client.call('listJobs', { batchId, offset: 0, limit: 10 });
  expect(jobs[0]?.state).toMatchObject({ kind: 'done', outputPath: 'Photos/large/scene_2x.png' });
  cli.child.kill('SIGINT');
  expect((await cli.finished).code).toBe(0);
});

test('a second program on the same data is refused with the reason, and so is a missing folder', async () => {
  const { cli, data } = await serve();
  const window = path.join(path.dirname(data), 'window');
  const second = await startCli(['serve', '--data', data, '--window', window]).finished;
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('[store/in-use]');
  const missing = path.join(data, 'missing');
  const third = await startCli(['serve', '--data', `${data}2`, '--window', window, '--open', missing])
    .finished;
  expect(third.stderr).toContain('[input/not-found]');
  cli.child.kill('SIGINT');
  expect((await cli.finished).code).toBe(0);
});
