import { fileURLToPath } from 'node:url';
import type { ProgramInfo } from '../../core/api/contract.ts';
import type { StandInMedia } from './standInHost/standInMedia.ts';
import { StandInHost } from './standInHost/standInHost.ts';
import { StandInImages } from './standInImages.ts';
import { startStandInServer, type StandInServer } from './standInServer.ts';
import type { StandInWindow, WindowOptions } from './windowFace.ts';

export const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const windowFiles = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

/** A stand-in host and the server that the window reaches it through. Whoever starts it disposes it. */
export interface StandIn extends Pick<StandInWindow, 'host' | 'work'>, AsyncDisposable {
  readonly server: StandInServer;
}

/** `count` rows that share one image. */
async function manyImages(images: StandInImages, count: number): Promise<StandInMedia> {
  const [cat] = await images.find({ kind: 'path', path: 'cat.jpg' });
  if (cat === undefined) throw new Error('There is no cat.');
  const thumbnail = images.thumbnail(cat) ?? '';
  const names = Array.from({ length: count }, (_, index) => `image ${String(index).padStart(5, '0')}.jpg`);
  return {
    find: async () => names.map((name) => ({ ...cat, name })),
    thumbnail: () => thumbnail,
    pyramid: (_, size) => images.pyramid(cat, size),
    preview: (_, crop, size) => images.preview(cat, crop, size),
    file: (name, content) => images.file(name, content),
    folder: () => [],
  };
}

interface StandInOptions extends Pick<WindowOptions, 'rows' | 'language'> {
  /** On the disk of every folder. */
  readonly freeBytes?: number;
}

/** Starts a stand-in host for a window that gets `info`, set up by the options. */
export async function startStandIn(
  info: ProgramInfo,
  { rows = 0, language, freeBytes }: StandInOptions,
): Promise<StandIn> {
  const images = new StandInImages(examples);
  if (freeBytes !== undefined) images.freeBytes = freeBytes;
  const host = new StandInHost(rows === 0 ? images : await manyImages(images, rows), info);
  if (language !== undefined) await host.api.updateSettings({ language });
  // It finds its rows for any source.
  if (rows > 0) await host.api.addSampleBatch({ startNow: true });
  const server = await startStandInServer({ host, pictures: images, files: windowFiles });
  return {
    host,
    server,
    work: (ticks) => {
      for (let tick = 0; tick < ticks; tick++) host.tick();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
