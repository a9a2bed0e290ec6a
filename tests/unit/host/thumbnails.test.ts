import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { NO_MEDIA, openTestHost } from '../../support/hostParts.ts';
import { sceneRaster, writePng } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('a row shows its result where the original has moved', async () => {
  const folder = temporaryFolder();
  const file = writePng(path.join(folder, 'a.png'), sceneRaster(6, 4));
  let hasMoved = false;
  const thumbnail = (shown: string) =>
    hasMoved && shown === file
      ? NO_MEDIA.thumbnail(shown)
      : Promise.resolve({ media: path.basename(shown), size: { width: 6, height: 4 } });
  const data = path.join(folder, 'data');
  const first = await openTestHost(data, { parts: { media: { ...NO_MEDIA, thumbnail } } });
  const settings = {
    ...DEFAULT_JOB_SETTINGS,
    model: 'nearest',
    sizing: { kind: 'factor', factor: 2 },
  } as const;
  await first.host.api.addBatch({
    spec: {
      sources: [{ kind: 'path', path: file }],
      destination: { kind: 'path', path: path.join(folder, 'out') },
      ...{ settings, exists: 'rename', nameTemplate: '{name} large.{ext}' },
      ...{ recursive: true, include: [], exclude: [], report: { measure: false, formats: [] } },
    },
    startNow: true,
  });
  const rows = async ({ host }: typeof first) => (await host.api.listJobs({ offset: 0, limit: 1 })).jobs;
  await expect.poll(async () => (await rows(first))[0]?.state.kind, { timeout: 30_000 }).toBe('done');
  await expect.poll(async () => (await rows(first))[0]?.thumbnail).toBe('a.png');
  await first.close();
  rmSync(file);
  hasMoved = true;
  const second = await openTestHost(data, { parts: { media: { ...NO_MEDIA, thumbnail } } });
  await expect.poll(async () => (await rows(second))[0]?.thumbnail).toBe('a large.png');
  expect((await rows(second))[0]?.inputSize).toEqual({ width: 6, height: 4 });
  await second.close();
});
