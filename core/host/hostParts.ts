import type { BatchSpec } from '../api/batchSpec.ts';
import type { Capabilities, HostEvent, ProgramInfo } from '../api/contract.ts';
import type { ErrorDto } from '../api/errors.ts';
import type { MethodInputs } from '../api/methodInputs.ts';
import type { Sharing, SharingChange } from '../api/programSettings.ts';
import type { SourceResolver } from '../api/sourceResolver.ts';
import type { WatchedFolderView } from '../api/watchedFolderView.ts';
import type { z } from 'zod';
import type { MediaService } from '../media/mediaService.ts';
import type { Store } from '../store/store.ts';
import type { StoredJob } from '../store/storedJob.ts';
import type { JobPool } from '../pool/jobPool.ts';
import type { ModelLibrary } from './models/modelLibrary.ts';
import type { SettingsFile } from './settingsFile.ts';

type WatchInput<Name extends keyof MethodInputs> = z.output<MethodInputs[Name]>;

/** Folders whose new images are enlarged; it keeps them in the store and continues them after a restart. */
export interface WatchedFolderList {
  list(): readonly WatchedFolderView[];
  /** @throws EnlargerError `watch/feeds-itself`, `watch/unreachable`, `preset/not-found`. */
  add(input: WatchInput<'addWatchedFolder'>): Promise<WatchedFolderView>;
  /** @throws EnlargerError `watch/not-found` and those of `add`. */
  update(input: WatchInput<'updateWatchedFolder'>): Promise<WatchedFolderView>;
  remove(id: number): Promise<boolean>;
  /** How many images a folder contains; results of its own images are not counted. @throws `watch/unreachable`. */
  countImages(input: WatchInput<'countFolderImages'>): Promise<number>;
  close(): Promise<void>;
}

/** What the host offers to a watcher. */
export interface WatchContext {
  readonly store: Store;
  /** Marks what this run has under way; others can see by it whether the run is alive. */
  readonly runId: string;
  /**
   * Adds found images to the queue, behind the jobs that people requested.
   *
   * @param alongside Changes of the store in the same transaction: each accepted file is recorded once.
   */
  enqueue(
    spec: BatchSpec,
    alongside?: (batchId: number) => void,
  ): Promise<{ readonly batchId: number; readonly inputs: number }>;
  /** Calls back when a job has ended, whoever requested it. @returns A function that ends it. */
  onJobEnded(listener: (job: StoredJob) => void): () => void;
  emit(event: HostEvent): void;
  /** Puts failed jobs back into the queue. */
  retry(jobIds: readonly number[]): void;
}

/** Logs one sentence, followed by its values. */
export interface HostLog {
  info(sentence: string, values?: object): void;
  warn(sentence: string, values?: object): void;
  error(sentence: string, values?: object): void;
}

/** The parts of a host; their creator closes them after the host. */
/** Sharing the list with other machines, by the settings. */
export interface SharingParts {
  /**
   * Tries new settings, and keeps their password if they work.
   *
   * @param before Those until now.
   * @throws EnlargerError `usage/invalid-option`, `queue/…`.
   */
  readonly adopt: (sharing: SharingChange | null, before: Sharing | null) => Promise<void>;
  /** Why the list is not shared, although the settings have it so. */
  readonly problem?: ErrorDto;
}

export interface HostParts {
  readonly store: Store;
  /** Where the store is, and what the program keeps next to it. */
  readonly dataFolder: string;
  readonly pool: JobPool;
  readonly modelsFolder: string;
  readonly version: string;
  readonly capabilities: Capabilities;
  readonly sources: SourceResolver;
  readonly roots: () => ProgramInfo['roots'];
  readonly media: MediaService;
  readonly library: ModelLibrary;
  readonly createWatcher: (context: WatchContext) => WatchedFolderList;
  readonly settings: SettingsFile;
  readonly log: HostLog;
  /** What this process is, in words for people; if given, other processes of this user can attach to it. */
  readonly purpose?: string;
  /** A small image that comes with the program; absent if it was not installed. */
  readonly sampleImage?: string;
  /** Absent where the settings have no say in it. */
  readonly sharing?: SharingParts;
}
