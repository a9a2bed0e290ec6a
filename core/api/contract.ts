import type { z } from 'zod';
import type { ReportFormat } from './batchSpec.ts';
import type { ErrorDto } from './errors.ts';
import type { MethodInputs } from './methodInputs.ts';
import type { Preset, ProgramSettings } from './programSettings.ts';
import type { MeasuredReport } from './report.ts';
import type {
  BatchSummary,
  BatchView,
  CropPreview,
  DeviceView,
  InspectedSources,
  JobPage,
  JobView,
  MediaId,
  ModelView,
  ImagePyramid,
  QueueView,
  RootPage,
  WatchedFolderView,
} from './views.ts';

/** What differs between the faces; code asks for the capability, never for the face. */
export interface Capabilities {
  /** Paths of this machine may be given and are shown. */
  readonly localPaths: boolean;
  /** Native dialogs, reveal in folder, open with the system's program. */
  readonly desktop: boolean;
  /** Files have to be sent first. */
  readonly uploads: boolean;
}

export interface ProgramInfo {
  readonly version: string;
  readonly platform: string;
  readonly capabilities: Capabilities;
  readonly models: readonly ModelView[];
  /** Folders that were opened for the browser window. */
  readonly roots: readonly { readonly id: string; readonly name: string }[];
  /** A small image that comes with the program, to try it on. */
  readonly hasSample: boolean;
}

/** What each method returns. Inputs are in `methodInputs.ts`, each with its schema. */
interface MethodResults {
  getProgramInfo: ProgramInfo;
  inspectSources: InspectedSources;
  listRoot: RootPage;
  addBatch: { readonly batchId: number; readonly inputs: number };
  addSampleBatch: { readonly batchId: number; readonly inputs: number };
  listBatches: { readonly batches: readonly BatchView[] };
  listJobs: JobPage;
  getJob: JobView;
  getQueue: QueueView;
  startQueue: QueueView;
  pauseQueue: QueueView;
  cancelJobs: { readonly cancelled: number };
  retryJobs: { readonly queued: number };
  removeJobs: { readonly removed: number };
  moveJobs: { readonly moved: number };
  getReport: MeasuredReport;
  getBatchReport: BatchSummary;
  getHeatMap: { readonly media: MediaId };
  exportReport: { readonly media: MediaId; readonly fileName: string; readonly format: ReportFormat };
  openImage: ImagePyramid;
  downloadResult: { readonly media: MediaId; readonly fileName: string };
  previewCrop: CropPreview;
  listPresets: { readonly presets: readonly Preset[] };
  savePreset: Preset;
  deletePreset: { readonly deleted: boolean };
  listWatchedFolders: { readonly folders: readonly WatchedFolderView[] };
  addWatchedFolder: WatchedFolderView;
  updateWatchedFolder: WatchedFolderView;
  removeWatchedFolder: { readonly removed: boolean };
  listDevices: { readonly devices: readonly DeviceView[] };
  getSettings: ProgramSettings;
  updateSettings: ProgramSettings;
}

export type MethodName = keyof MethodInputs & keyof MethodResults;

/**
 * The one contract between every face and the host. One argument object per method; each is parsed by its schema
 * before it reaches the host. A method rejects with an `EnlargerError` only.
 */
export type EnlargerApi = {
  readonly [Name in MethodName]: (input: z.input<MethodInputs[Name]>) => Promise<MethodResults[Name]>;
};

export type MethodResult<Name extends MethodName> = MethodResults[Name];

/** Every method's name; does not compile when one is missing or invented. */
const METHOD_TABLE: Readonly<Record<MethodName, true>> = {
  getProgramInfo: true,
  inspectSources: true,
  listRoot: true,
  addBatch: true,
  addSampleBatch: true,
  listBatches: true,
  listJobs: true,
  getJob: true,
  getQueue: true,
  startQueue: true,
  pauseQueue: true,
  cancelJobs: true,
  retryJobs: true,
  removeJobs: true,
  moveJobs: true,
  getReport: true,
  getBatchReport: true,
  getHeatMap: true,
  exportReport: true,
  openImage: true,
  downloadResult: true,
  previewCrop: true,
  listPresets: true,
  savePreset: true,
  deletePreset: true,
  listWatchedFolders: true,
  addWatchedFolder: true,
  updateWatchedFolder: true,
  removeWatchedFolder: true,
  listDevices: true,
  getSettings: true,
  updateSettings: true,
};

export const METHOD_NAMES = Object.keys(METHOD_TABLE) as readonly MethodName[];

/** Facts that the host tells everybody, coalesced to at most ten a second; slow listeners miss progress, never ends. */
export type HostEvent =
  | { readonly type: 'jobs-changed'; readonly jobs: readonly JobView[] }
  /** Rows came, went or moved: ask for the page again. */
  | { readonly type: 'jobs-reordered' }
  | { readonly type: 'batches-changed'; readonly batches: readonly BatchView[] }
  | { readonly type: 'queue-changed'; readonly queue: QueueView }
  | { readonly type: 'watched-folders-changed'; readonly folders: readonly WatchedFolderView[] }
  | { readonly type: 'devices-changed'; readonly devices: readonly DeviceView[] }
  | { readonly type: 'settings-changed'; readonly settings: ProgramSettings };

/** A reply as it crosses a process border: Electron would keep nothing of an error but its message. */
export type Reply<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: ErrorDto };

/** What the host process offers in itself: the contract and its events. */
export interface EnlargerHost {
  readonly api: EnlargerApi;
  /** @returns A function that ends the subscription. */
  subscribe(listener: (event: HostEvent) => void): () => void;
}

/** More than any screen has; what is larger comes as a file. */
export const MAX_PASTED_BYTES = 128 * 1024 * 1024;

/** What only a desktop has; the preload exposes it beside the contract. */
export interface DesktopApi {
  /** @returns Absolute paths; empty when the dialog was closed. */
  chooseFiles(): Promise<readonly string[]>;
  chooseFolder(): Promise<string | undefined>;
  revealResult(jobId: number): Promise<void>;
  openResult(jobId: number): Promise<void>;
  saveFile(media: MediaId, suggestedName: string): Promise<boolean>;
  /** What the program was opened with since the last call: by "open with", a second start, a drop on its icon. */
  takeOpenedPaths(): Promise<readonly string[]>;
  /**
   * Tells that there is something to take.
   *
   * @returns A function that ends that.
   */
  watchOpened(listener: () => void): () => void;
  /** The path of a dropped file; empty for one that was pasted as an image. */
  pathOfFile(file: unknown): string;
  /**
   * Keeps an image that is no file, for the program alone.
   *
   * @param bytes At most `MAX_PASTED_BYTES`.
   * @returns Its path, as a reply: an error has to keep its code.
   */
  keepPastedImage(name: string, bytes: Uint8Array): Promise<Reply<string>>;
}
