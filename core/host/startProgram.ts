/**
 * @file The host joins all rooms into a running program. `startProgram.ts` opens the list (`owner`) and makes the parts
 * (`hostParts.ts`), `enlargerHost.ts` joins them, and `bindApi.ts` answers the contract by `methods`, which share
 * `hostContext.ts`. `batches` turns a request into jobs, `queue` works on them with a pool, `reports` describes the
 * results,
 * `watching` adds images that arrive in folders, `devices` and `models` have what computes, and `eventHub.ts` sends
 * what changes. `settingsFile.ts`, `dataFolder.ts` and `thumbnails.ts` keep what belongs to the program.
 */
import type { Capabilities, ProgramInfo } from '../api/contract.ts';
import type { SourceResolver } from '../api/sourceResolver.ts';
import { createMediaService } from '../media/createMediaService.ts';
import type { MediaLauncher } from '../media/mediaLauncher.ts';
import type { MediaService } from '../media/mediaService.ts';
import type { WorkerLauncher } from '../pool/launcher.ts';
import { modelsPath } from '../models/modelRegistry.ts';
import type { JobPool } from '../pool/jobPool.ts';
import { openStore } from '../store/openStore.ts';
import type { Store } from '../store/store.ts';
import { cacheFolder } from '../files/cacheFolder.ts';
import { DeviceRegister } from './devices/deviceRegister.ts';
import { openLocalPool } from './devices/openLocalPool.ts';
import { openHost, type RunningHost } from './enlargerHost.ts';
import type { HostLog, HostParts } from './hostParts.ts';
import { ModelLibrary } from './models/modelLibrary.ts';
import { ownResult } from './ownResult.ts';
import { SettingsFile } from './settingsFile.ts';
import type { WaitingFile } from '../watch/settling.ts';
import { WatchedFolders, type WatchOutcome } from './watching/watchedFolders.ts';

/** What differs between the interfaces that keep the program running. */
export interface ProgramOptions {
  readonly dataFolder: string;
  /** A description of this process for people, shown to other programs that want the same list. */
  readonly purpose: string;
  readonly version: string;
  readonly modelsFolder: string;
  readonly sampleImage?: string;
  readonly capabilities: Capabilities;
  readonly sources: SourceResolver;
  readonly roots: () => ProgramInfo['roots'];
  readonly launchWorker: WorkerLauncher;
  /** Creates a pool with more than this machine's workers; if absent, it has only those. */
  readonly widenPool?: (local: JobPool, store: Store) => JobPool;
  readonly sharing?: HostParts['sharing'];
  readonly launchMedia: MediaLauncher;
  readonly log: HostLog;
}

/** The program while it runs: its host, what shows images, and how it ends. */
export interface RunningProgram {
  readonly host: RunningHost;
  readonly media: MediaService;
  /**
   * The file of a job's result, if it is, to the byte, an image that this program made.
   *
   * @throws EnlargerError `job/…`, `request/forbidden`.
   */
  ownResult(jobId: number): Promise<string>;
  /** Scans all watched folders now. @returns The files that are not complete yet. */
  rescanFolders(): Promise<readonly WaitingFile[]>;
  /** Calls back with the outcome of each file of the watched folders. @returns A function that ends it. */
  onWatchOutcome(listener: (outcome: WatchOutcome) => void): () => void;
  /** Work under way goes back into the queue and is done the next time. */
  close(): Promise<void>;
}

/** The pool of this machine, or the wider pool of the interface. */
function openPool(options: ProgramOptions, settings: SettingsFile, store: Store): JobPool {
  const { launchWorker, log, widenPool } = options;
  const register = new DeviceRegister({
    launch: launchWorker,
    modelsFolder: options.modelsFolder,
    cacheFolder: cacheFolder(),
    program: `enlarger ${options.version}`,
  });
  const local = openLocalPool({
    ...{ launch: launchWorker, register, settings },
    onLog: (level, text, values) => {
      if (level === 'error' || level === 'warn') log[level](text, values);
      else log.info(text, values);
    },
  });
  return widenPool === undefined ? local : widenPool(local, store);
}

/** Available once the host watches folders. */
interface Running {
  folders?: WatchedFolders;
}

type Made = Pick<HostParts, 'store' | 'settings' | 'pool'> & { readonly running: Running };

function openParts(options: ProgramOptions, { running, ...made }: Made): HostParts {
  const { dataFolder, version, capabilities, sources, roots, log, purpose } = options;
  const modelsFolder = modelsPath(options.modelsFolder, dataFolder);
  const media = createMediaService({ cacheFolder: dataFolder, launch: options.launchMedia });
  return {
    ...made,
    ...{ dataFolder, modelsFolder, version, capabilities, sources, roots, log, purpose },
    media,
    library: new ModelLibrary({ modelsFolder, dataFolder, launch: options.launchWorker }),
    createWatcher: (context) => (running.folders = new WatchedFolders(context, media)),
    ...(options.sharing !== undefined && { sharing: options.sharing }),
    ...(options.sampleImage !== undefined && { sampleImage: options.sampleImage }),
  };
}

/**
 * Starts the program on a data folder, as its only owner there; others of this user's processes may use its list
 * through its socket.
 *
 * @throws EnlargerError `store/…`; `store/in-use` if another process has the folder.
 */
export async function startProgram(options: ProgramOptions): Promise<RunningProgram> {
  const { dataFolder, purpose, log } = options;
  const { store, notes } = openStore(dataFolder, purpose);
  for (const note of notes) log.warn(note);
  store.onUnreadable(({ sql, reason }) => {
    log.warn('A row of the list of jobs cannot be read and is left out', { sql, reason });
  });
  const settings = new SettingsFile(dataFolder);
  const running: Running = {};
  const pool = openPool(options, settings, store);
  const parts = openParts(options, { store, settings, pool, running });
  const closeParts = async (): Promise<void> => {
    await pool.close();
    await parts.media.close();
    store.close();
  };
  try {
    const host = await openHost(parts);
    return {
      host,
      media: parts.media,
      ownResult: (jobId) => ownResult(store, jobId),
      rescanFolders: async () => (await running.folders?.rescan()) ?? [],
      onWatchOutcome: (listener) => running.folders?.subscribe(listener) ?? (() => undefined),
      close: async () => {
        await host.close();
        await closeParts();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}
