import { app, utilityProcess } from 'electron';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataFolder, makeDataFolder } from '../core/host/dataFolder.ts';
import { localSources } from '../core/host/batches/localSources.ts';
import { SettingsFile } from '../core/host/settingsFile.ts';
import { sharingOf } from '../core/sharing/sharingOf.ts';
import { startProgram } from '../core/host/startProgram.ts';
import { openLog } from '../core/log/openLog.ts';
import { MEDIA_ENTRY } from '../core/media/mediaLauncher.ts';
import type { ToMedia } from '../core/media/mediaMessages.ts';
import { BACKGROUND, WORKER_ENTRY } from '../core/pool/launcher.ts';
import { utilityLauncher, type UtilityFork } from '../core/pool/utilityLauncher.ts';
import type { DesktopHost } from './desktopHost.ts';
import { PastedImages } from './pastedImages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = path.join(ROOT, 'examples', 'cat.jpg');

/** Children of this kind end with the program, whatever ends it; Electron as plain Node is switched off by a fuse. */
const fork: UtilityFork = (entry, args, options) => utilityProcess.fork(entry, args, options);

/**
 * Opens the host of this user's data folder, with its processes started by Electron. Only once Electron is ready.
 *
 * @throws EnlargerError `store/in-use` if another process has the folder; `store/…`.
 */
export async function openDesktopHost(): Promise<DesktopHost> {
  const folder = dataFolder();
  makeDataFolder(folder);
  const log = openLog(folder);
  try {
    return await openOn(folder, log);
  } catch (error) {
    // It may be tried again.
    await log.close();
    throw error;
  }
}

async function openOn(folder: string, log: ReturnType<typeof openLog>): Promise<DesktopHost> {
  const pasted = new PastedImages(path.join(folder, 'pasted'), () => app.getPath('pictures'));
  await pasted.removeOld();
  const sharing = await sharingOf(new SettingsFile(folder).current.sharing, { dataFolder: folder, log });
  const program = await startProgram({
    dataFolder: folder,
    purpose: 'Enlarger',
    version: app.getVersion(),
    modelsFolder: path.join(ROOT, 'resources', 'models'),
    ...(existsSync(SAMPLE) && { sampleImage: SAMPLE }),
    capabilities: { localPaths: true, desktop: true, uploads: false },
    sources: { ...localSources(folder), ownFolder: (source) => pasted.ownFolder(source) },
    roots: () => [],
    launchWorker: utilityLauncher(fork, WORKER_ENTRY, [BACKGROUND]),
    launchMedia: utilityLauncher<ToMedia>(fork, MEDIA_ENTRY),
    log,
    ...sharing,
  });
  const { host, media } = program;
  return {
    api: host.api,
    subscribe: (listener) => host.subscribe(listener),
    media,
    pasted,
    ownResult: (jobId) => program.ownResult(jobId),
    close: async () => {
      await program.close();
      await log.close();
    },
  };
}
