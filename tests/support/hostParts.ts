import { openHost, type RunningHost } from '../../core/host/enlargerHost.ts';
import type { WatchedFolderList, HostParts } from '../../core/host/hostParts.ts';
import { localSources } from '../../core/host/batches/localSources.ts';
import { SettingsFile } from '../../core/host/settingsFile.ts';
import { EnlargerError } from '../../core/api/errors.ts';
import type { MediaService } from '../../core/media/mediaService.ts';
import { ModelLibrary } from '../../core/host/models/modelLibrary.ts';
import { forkWorker } from '../../core/pool/launcher.ts';
import { LocalPool } from '../../core/pool/localPool.ts';
import { openStore } from '../../core/store/openStore.ts';
import { inMemoryLauncher, type Perform } from './launchers.ts';
import { modelsFolder } from './images.ts';

function nothingToShow(): Promise<never> {
  return Promise.reject(new EnlargerError('media/not-found', 'This test shows no images.'));
}

/** For tests that show no image. */
export const NO_MEDIA: MediaService = {
  thumbnail: nothingToShow,
  verify: nothingToShow,
  previewCrop: nothingToShow,
  pyramid: nothingToShow,
  heatMap: nothingToShow,
  comparison: nothingToShow,
  reportImages: nothingToShow,
  offer: (file) => `media of ${file}`,
  read: nothingToShow,
  close: () => Promise.resolve(),
};

/** For tests that watch no folder. */
export const NO_WATCHER: WatchedFolderList = {
  list: () => [],
  add: nothingToShow,
  update: nothingToShow,
  remove: () => Promise.resolve(false),
  countImages: nothingToShow,
  close: () => Promise.resolve(),
};

export interface TestHost {
  readonly host: RunningHost;
  readonly parts: HostParts;
  close(): Promise<void>;
}

export interface TestHostOptions {
  readonly perform?: Perform;
  readonly parts?: Partial<HostParts>;
}

/** A host on a data folder, with workers in this process. */
export async function openTestHost(dataFolder: string, options: TestHostOptions = {}): Promise<TestHost> {
  const pool = new LocalPool({ launch: inMemoryLauncher(options.perform), workers: 1, silenceMs: 60_000 });
  const { store } = openStore(dataFolder, 'a test');
  const settings = new SettingsFile(dataFolder);
  settings.update({ minFreeDiskMb: 0 });
  const parts: HostParts = {
    store,
    dataFolder,
    pool,
    modelsFolder,
    version: 'test',
    capabilities: { localPaths: true, desktop: false, uploads: false },
    sources: localSources(dataFolder),
    roots: () => [],
    media: NO_MEDIA,
    library: new ModelLibrary({ modelsFolder, dataFolder, launch: forkWorker }),
    createWatcher: () => NO_WATCHER,
    settings,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ...options.parts,
  };
  const host = await openHost(parts);
  return {
    host,
    parts,
    close: async () => {
      await host.close();
      await pool.close();
      store.close();
    },
  };
}
