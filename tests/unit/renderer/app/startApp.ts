import type { DesktopApi } from '../../../../core/api/contract.ts';
import { App } from '../../../../renderer/state/app.svelte.ts';
import { standInConnection } from '../standInConnection.ts';

export async function startApp() {
  const { host, connection } = standInConnection();
  const saved: string[] = [];
  const app = new App(connection, {
    systemLanguages: ['en'],
    saveInBrowser: (url, fileName) => void saved.push(`${fileName} from ${url}`),
    saveAllInBrowser: async (files, zipName) => {
      for await (const { fileName } of files) saved.push(`${fileName} in ${zipName}`);
    },
    copyImage: async (url) => void saved.push(`copied ${url}`),
  });
  await app.start();
  const work = (ticks: number) => {
    for (let tick = 0; tick < ticks; tick++) host.tick();
  };
  const add = (...names: string[]) =>
    app.addInputs(names.map((name) => ({ kind: 'file', file: new File(['x'], name) })));
  return { app, host, work, add, saved };
}

/** A desktop with dialogs in which nothing is chosen. */
export const NO_DESKTOP: DesktopApi = {
  chooseFiles: async () => [],
  chooseFolder: async () => undefined,
  chooseModelFiles: async () => [],
  revealResult: async () => undefined,
  openResult: async () => undefined,
  dragResults: async () => undefined,
  sleep: async () => undefined,
  saveFile: async () => false,
  takeOpenedPaths: async () => [],
  watchOpened: () => () => undefined,
  keepPastedImage: async () => ({ ok: true, value: '' }),
  pathOfFile: () => '',
};
