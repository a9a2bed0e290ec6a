import type { ProgramInfo } from '../../../core/api/contract.ts';
import type { Connection } from '../../../renderer/api/connection.ts';
import type { RootEntry } from '../../../core/api/views.ts';
import { StandInHost } from '../../support/standInHost/standInHost.ts';
import type { StandInMedia, StandInImage } from '../../support/standInHost/standInMedia.ts';
import { BROWSER_INFO } from '../../support/standInInfo.ts';

/** An opened root with a folder that has enough images for several pages. */
const FOLDERS: Readonly<Record<string, readonly RootEntry[]>> = {
  '': [
    { kind: 'folder', name: 'Many' },
    { kind: 'folder', name: 'Trip' },
    { kind: 'picture', name: 'a-10x10.jpg' },
    { kind: 'picture', name: 'b-20x20.jpg' },
  ],
  Trip: [{ kind: 'picture', name: 'c-30x30.jpg' }],
  Many: Array.from({ length: 1_200 }, (_, index) => ({ kind: 'picture', name: `${index}-10x10.jpg` })),
};

/** Images without pixels: a source's name contains its size, e.g. `photo-1600x1200.jpg`; others are not images. */
export const NAMES_ONLY: StandInMedia = {
  find: async (source) => {
    const name =
      source.kind === 'upload' ? source.uploadId : source.kind === 'path' ? source.path : source.relative;
    return name.split('|').map(imageCalled);
  },
  thumbnail: () => undefined,
  pyramid: async ({ name }) => ({ media: `pyramid-of-${name}`, tilePx: 256, levels: 3 }),
  preview: async ({ name }, { x, y }) => ({ enlarged: `${name}@${x},${y}`, bicubic: `plain-${name}` }),
  file: (name) => `file-${name}`,
  folder: (relative) => FOLDERS[relative] ?? [],
};

function imageCalled(name: string): StandInImage {
  const [, width = '0', height = '0'] = /(\d+)x(\d+)/.exec(name) ?? [];
  const size = { width: Number(width), height: Number(height) };
  return { name, path: name, size, sizeBytes: size.width * size.height };
}

/** A host in memory, and the window's connection with it. An upload's id is the name of its file. */
export function standInConnection(info: ProgramInfo = BROWSER_INFO): {
  host: StandInHost;
  connection: Connection;
} {
  const host = new StandInHost(NAMES_ONLY, info);
  const connection: Connection = {
    api: host.api,
    info,
    subscribe: (listener) => host.subscribe(listener),
    watchLink: () => () => undefined,
    mediaUrl: (media) => `/media/${media}`,
    upload: async (file, onProgress) => {
      onProgress(1);
      return { kind: 'upload', uploadId: file.name };
    },
  };
  return { host, connection };
}
