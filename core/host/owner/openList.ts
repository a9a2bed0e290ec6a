/**
 * @file Who has the job list: `openList.ts` opens it, or finds its owner. An owner accepts other processes of the same
 * user through `ipcServer.ts`; `attachToOwner.ts` is their side, and `readLines.ts` splits what either sends.
 */
import type { EnlargerHost } from '../../api/contract.ts';
import { EnlargerError } from '../../api/errors.ts';
import type { MediaService } from '../../media/mediaService.ts';
import { openStore } from '../../store/openStore.ts';
import type { Store } from '../../store/store.ts';
import { attachToOwner } from './attachToOwner.ts';
import { openHost } from '../enlargerHost.ts';
import type { WatchedFolderList, HostParts } from '../hostParts.ts';
import { localSources } from '../batches/localSources.ts';
import { ModelLibrary } from '../models/modelLibrary.ts';
import { forkWorker } from '../../pool/launcher.ts';
import { SettingsFile } from '../settingsFile.ts';
import { describeWatchedFolder } from '../watching/describeWatchedFolder.ts';

/** A list of jobs to look at and to change: another process' where one keeps it, else the one on the disk. */
export interface OpenedList {
  readonly host: EnlargerHost;
  /** The process that keeps the list; absent if the list was opened here, and nothing works on it. */
  readonly keptBy?: string;
  /** Remarks on what had to be done when it was opened. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

function unreachable(): Promise<never> {
  return Promise.reject(
    new EnlargerError('host/unreachable', 'This needs the program itself; only its list of jobs is open.'),
  );
}

const NO_MEDIA: MediaService = {
  thumbnail: unreachable,
  verify: unreachable,
  previewCrop: unreachable,
  pyramid: unreachable,
  heatMap: unreachable,
  comparison: unreachable,
  reportImages: unreachable,
  offer: () => {
    throw new EnlargerError('host/unreachable', 'Only the list of jobs is open, so nothing can be fetched.');
  },
  read: unreachable,
  close: () => Promise.resolve(),
};

/** Watched folders as stored; they are not watched here. */
function notedFolders(store: Store): WatchedFolderList {
  return {
    list: () =>
      store.watchedFolders.list().map((stored) => describeWatchedFolder(stored, store, { kind: 'paused' })),
    add: unreachable,
    update: unreachable,
    remove: unreachable,
    countImages: unreachable,
    close: () => Promise.resolve(),
  };
}

function partsWithoutWork(folder: string, store: Store, modelsFolder: string): HostParts {
  return {
    ...{ store, dataFolder: folder, modelsFolder, version: '' },
    pool: {
      capacity: 0,
      run: unreachable,
      listDevices: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    },
    capabilities: { localPaths: true, desktop: false, uploads: false },
    sources: localSources(folder),
    roots: () => [],
    media: NO_MEDIA,
    library: new ModelLibrary({ modelsFolder, dataFolder: folder, launch: forkWorker }),
    createWatcher: () => notedFolders(store),
    settings: new SettingsFile(folder),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
}

/**
 * Opens the list of jobs of a data folder, wherever it is kept.
 *
 * @throws EnlargerError `store/…`; `store/in-use` if its owner does not answer others, like a running `enlarger run`.
 */
export async function openList(folder: string, modelsFolder: string): Promise<OpenedList> {
  const attached = await attachToOwner(folder);
  if (attached !== undefined) {
    const close = (): Promise<void> => {
      attached.close();
      return Promise.resolve();
    };
    return { host: attached, keptBy: attached.purpose, notes: [], close };
  }
  const { store, notes } = openStore(folder, 'enlarger jobs');
  const host = await openHost(partsWithoutWork(folder, store, modelsFolder));
  return {
    host,
    notes,
    close: async () => {
      await host.close();
      store.close();
    },
  };
}
