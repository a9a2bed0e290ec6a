import type { Browser } from 'playwright-core';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import { StandInHost } from './standInHost.ts';
import type { StandInMedia } from './standInHost.ts';
import { BROWSER_INFO } from './standInInfo.ts';
import { StandInPictures } from './standInPictures.ts';
import { startStandInServer } from './standInServer.ts';
import { examples, openPage, windowFiles } from './windowPage.ts';
import type { StandInWindow } from './windowPage.ts';

/** So many rows with one thumbnail for all, on a host that works when the test says so. */
export async function openManyRows(browser: Browser, count: number): Promise<StandInWindow> {
  const pictures = new StandInPictures(examples);
  const [cat] = await pictures.find({ kind: 'path', path: 'cat.jpg' });
  if (cat === undefined) throw new Error('There is no cat.');
  const thumbnail = pictures.thumbnail(cat) ?? '';
  const names = Array.from({ length: count }, (_, index) => `picture ${String(index).padStart(5, '0')}.jpg`);
  const media: StandInMedia = {
    find: async () => names.map((name) => ({ ...cat, name })),
    thumbnail: () => thumbnail,
    pyramid: (_, size) => pictures.pyramid(cat, size),
    preview: (_, crop, size) => pictures.preview(cat, crop, size),
    file: (name, content) => pictures.file(name, content),
    folder: () => [],
  };
  const host = new StandInHost(media, BROWSER_INFO);
  await host.api.addBatch({
    spec: {
      sources: [{ kind: 'path', path: 'all' }],
      destination: { kind: 'downloads' },
      settings: DEFAULT_JOB_SETTINGS,
      exists: 'rename',
      nameTemplate: '{name}.{ext}',
      recursive: false,
      include: [],
      exclude: [],
      report: { measure: true, formats: [] },
    },
    startNow: true,
  });
  const server = await startStandInServer({ host, pictures, files: windowFiles });
  const { page, complaints, ...rest } = await openPage(browser, server.url);
  return {
    page,
    complaints,
    host,
    work: (ticks) => {
      for (let tick = 0; tick < ticks; tick++) host.tick();
    },
    [Symbol.asyncDispose]: async () => {
      await rest[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
