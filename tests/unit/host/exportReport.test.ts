import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { batchReportSchema } from '../../../core/api/report.ts';
import type { HostParts } from '../../../core/host/hostParts.ts';
import { createMediaService } from '../../../core/media/createMediaService.ts';
import type { MediaLauncher } from '../../../core/media/mediaLauncher.ts';
import { forkLauncher } from '../../../core/pool/launcher.ts';
import { openBrowserPlaces } from '../../../core/server/browserPlaces.ts';
import { openTestHost } from '../../support/hostParts.ts';
import { sceneRaster, writePng } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const HOSTILE = '"><img src=x onerror=alert(1)>.png';
const launch: MediaLauncher = forkLauncher(
  fileURLToPath(new URL('../../../dist/core/worker/media.js', import.meta.url)),
);

/** A finished batch of two images and a broken one, as the window asks for it, and what it exports. */
async function finishedBatch(parts: (folder: string) => Partial<HostParts> = () => ({})) {
  const folder = temporaryFolder();
  const media = createMediaService({ cacheFolder: path.join(folder, 'cache'), threads: 1, launch });
  const opened = await openTestHost(path.join(folder, 'data'), { parts: { media, ...parts(folder) } });
  onTestFinished(async () => {
    await opened.close();
    await media.close();
  });
  const good = ['a.png', 'b.png'].map((name) => writePng(path.join(folder, name), sceneRaster(64, 48)));
  const broken = path.join(folder, process.platform === 'win32' ? 'broken.png' : HOSTILE);
  writeFileSync(broken, 'no image');
  const { api } = opened.host;
  const output = path.join(folder, 'out');
  const { batchId } = await api.addBatch({
    spec: {
      sources: [...good, broken].map((source) => ({ kind: 'path', path: source })),
      destination: { kind: 'path', path: output },
      settings: { ...DEFAULT_JOB_SETTINGS, model: 'bicubic', sizing: { kind: 'factor', factor: 2 } },
      ...{ exists: 'skip', nameTemplate: '{name}.{ext}', recursive: true, include: [], exclude: [] },
      report: { measure: true, formats: ['html'] },
    },
    startNow: true,
  });
  await expect.poll(async () => (await api.getQueue({})).state.kind, { timeout: 20_000 }).toBe('idle');
  const exported = async (format: 'html' | 'csv' | 'json'): Promise<string> => {
    const { media: id } = await api.exportReport({ batchId, format, language: 'en' });
    return readFileSync((await media.read(id)).file ?? '', 'utf8');
  };
  return { folder, output, batchId, exported, broken, good };
}

test('the window exports the same page that a command writes, with images and failures', async () => {
  const { exported, broken, output, batchId, good } = await finishedBatch();
  const html = await exported('html');
  expect(html.match(/<article/g)).toHaveLength(2);
  // Both views, both maps and a pair of crops of each image.
  expect(html.match(/<img src="data:image\/webp;base64,/g)).toHaveLength(12);
  expect(html).toContain('<h2>Failed</h2>');
  expect(html).not.toContain('<img src=x');
  expect(html.match(/<script/g)).toHaveLength(1);

  const { pictures: images, failures } = batchReportSchema.parse(JSON.parse(await exported('json')));
  expect(images.map(({ input }) => input.path)).toEqual(good);
  expect(failures).toMatchObject([{ input: broken, error: { code: 'image/unsupported-format' } }]);
  expect((await exported('csv')).split('\r\n')).toHaveLength(5);

  // The batch itself requested a page.
  const written = path.join(output, `enlarger-report-${batchId}.html`);
  await expect.poll(() => existsSync(written), { timeout: 20_000 }).toBe(true);
  expect(readFileSync(written, 'utf8').match(/<article/g)).toHaveLength(2);

  writeFileSync(good[0] ?? '', 'changed');
  const later = await exported('html');
  expect(later.match(/it or its original has been moved, deleted or changed/g)).toHaveLength(1);
  expect(later.match(/<img src="data:image\/webp;base64,/g)).toHaveLength(6);
});

test('a report that a browser downloads contains no path of this machine, only names and places in opened folders', async () => {
  const { exported, folder } = await finishedBatch((home) => {
    const opened = path.join(home, 'out');
    mkdirSync(opened);
    const places = openBrowserPlaces(path.join(home, 'data'), [opened]);
    return { sources: places.resolver };
  });
  for (const format of ['json', 'csv', 'html'] as const) {
    const text = await exported(format);
    expect(text, format).not.toContain(folder);
    expect(text, format).not.toContain(path.basename(folder));
  }
  const { pictures: images, failures } = batchReportSchema.parse(JSON.parse(await exported('json')));
  expect(images.map(({ input, output }) => [input.path, output.path])).toEqual([
    ['a.png', 'out/a.png'],
    ['b.png', 'out/b.png'],
  ]);
  expect(failures).toMatchObject([{ error: { code: 'image/unsupported-format' } }]);
});
