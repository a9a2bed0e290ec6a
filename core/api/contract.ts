/**
 * @file What everything shares; nothing here has behaviour that others would want to replace. `contract.ts` lists the
 * methods of a host, with inputs (`methodInputs.ts`, `sourceResolver.ts`), views (`views.ts`, `watchedFolderView.ts`)
 * and events (`events.ts`); `callMethod.ts` calls one by name. A batch is described by `batchSpec.ts` and
 * `jobSettings.ts` (`targetSize.ts`, `chosenModel.ts`, `networkKinds.ts`), a result by `report.ts` and
 * `reportImages.ts`, failures by
 * `errors.ts`. `imageFormats.ts` and `outputFormats.ts` contain every fact about a format, `modelFiles.ts` how
 * files with networks are named.
 */
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
  AddedModelView,
  AddingView,
  ModelCard,
  ModelView,
  ImagePyramid,
  QueueView,
  RootPage,
} from './views.ts';
import type { WatchedFolderView } from './watchedFolderView.ts';

/** What differs between desktop, browser and command line. Code checks a capability, never which of them it is. */
export interface Capabilities {
  /** Paths of this machine are accepted and shown. */
  readonly localPaths: boolean;
  /** Native dialogs, “show in folder”, “open with the default program”. */
  readonly desktop: boolean;
  /** Files have to be uploaded first. */
  readonly uploads: boolean;
}

export interface ProgramInfo {
  readonly version: string;
  readonly platform: string;
  readonly capabilities: Capabilities;
  readonly models: readonly ModelView[];
  /** Folders opened for the browser window. */
  readonly roots: readonly { readonly id: string; readonly name: string }[];
  /** Whether a small image to try comes with the program. */
  readonly hasSample: boolean;
}

/** Another machine that works on the list. */
export interface MachineView {
  readonly id: string;
  readonly name: string;
  /** Of the program on that machine. */
  readonly version: string;
  /** A machine that is leaving finishes the images it has begun. */
  readonly state: 'working' | 'leaving';
  /** Images that it is enlarging, and how many it can have at once. */
  readonly running: number;
  readonly capacity: number;
  readonly finished: number;
  readonly failed: number;
  /** Megapixels of results per second since it joined; 0 before the first. */
  readonly megapixelsPerSecond: number;
  /** Since its last sign of life. */
  readonly silentMs: number;
}

/** What each method returns. The inputs and their schemas are in `methodInputs.ts`. */
interface MethodResults {
  getProgramInfo: ProgramInfo;
  inspectSources: InspectedSources;
  /** On the disk that results would be written to; absent if the system does not report it. */
  getFreeSpace: { readonly freeBytes?: number };
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
  renameBatch: Record<string, never>;
  moveJobs: { readonly moved: number };
  getReport: MeasuredReport;
  getBatchReport: BatchSummary;
  getHeatMap: { readonly media: MediaId };
  exportComparison: { readonly media: MediaId; readonly fileName: string };
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
  countFolderImages: { readonly images: number };
  /** Every model with its card. */
  listModels: { readonly models: readonly ModelCard[] };
  /** `leftOut` names files in folders that contain no network. */
  addModels: { readonly outcomes: readonly AddedModelView[]; readonly leftOut: readonly string[] };
  cancelAddModels: { readonly cancelled: number };
  removeModel: { readonly removed: boolean };
  /** `error` is absent if all is well. */
  verifyModel: { readonly error?: ErrorDto };
  listDevices: { readonly devices: readonly DeviceView[] };
  /** `isShared` if the list is shared with other machines, even if none has joined; `problem` if it should be and is not. */
  listMachines: {
    readonly isShared: boolean;
    readonly machines: readonly MachineView[];
    readonly problem?: ErrorDto;
  };
  getSettings: ProgramSettings;
  updateSettings: ProgramSettings;
}

export type MethodName = keyof MethodInputs & keyof MethodResults;

/**
 * The contract between the host and everything that uses it. Each method has one argument object, which is parsed by
 * its schema before it reaches the host. A method only ever rejects with an `EnlargerError`.
 */
export type EnlargerApi = {
  readonly [Name in MethodName]: (input: z.input<MethodInputs[Name]>) => Promise<MethodResults[Name]>;
};

export type MethodResult<Name extends MethodName> = MethodResults[Name];

/** The name of every method; a missing or unknown one does not compile. */
const METHOD_TABLE: Readonly<Record<MethodName, true>> = {
  getProgramInfo: true,
  inspectSources: true,
  getFreeSpace: true,
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
  renameBatch: true,
  moveJobs: true,
  getReport: true,
  getBatchReport: true,
  getHeatMap: true,
  exportComparison: true,
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
  countFolderImages: true,
  listModels: true,
  addModels: true,
  cancelAddModels: true,
  removeModel: true,
  verifyModel: true,
  listDevices: true,
  listMachines: true,
  getSettings: true,
  updateSettings: true,
};

export const METHOD_NAMES = Object.keys(METHOD_TABLE) as readonly MethodName[];

/** Events for all listeners, coalesced to at most ten per second. A slow listener may miss progress, never an end. */
export type HostEvent =
  | { readonly type: 'jobs-changed'; readonly jobs: readonly JobView[] }
  /** Rows were added, removed or moved: request the page again. */
  | { readonly type: 'jobs-reordered' }
  | { readonly type: 'batches-changed'; readonly batches: readonly BatchView[] }
  | { readonly type: 'queue-changed'; readonly queue: QueueView }
  | { readonly type: 'watched-folders-changed'; readonly folders: readonly WatchedFolderView[] }
  | { readonly type: 'models-changed'; readonly models: readonly ModelView[] }
  /** All files that are being added at the moment; empty when the last one is done. */
  | { readonly type: 'models-adding'; readonly adding: readonly AddingView[] }
  | { readonly type: 'devices-changed'; readonly devices: readonly DeviceView[] }
  | { readonly type: 'settings-changed'; readonly settings: ProgramSettings };

/** A reply between processes. Errors are not thrown across: Electron keeps only an error's message. */
export type Reply<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: ErrorDto };

/** What the host offers within its process: the contract and its events. */
export interface EnlargerHost {
  readonly api: EnlargerApi;
  /** @returns A function that ends the subscription. */
  subscribe(listener: (event: HostEvent) => void): () => void;
}

/** More than a copied screen ever needs; anything larger arrives as a file. */
export const MAX_PASTED_BYTES = 128 * 1024 * 1024;

/** What only the desktop offers; the preload script exposes it alongside the contract. */
export interface DesktopApi {
  /** @returns Absolute paths; empty if the dialog was cancelled. */
  chooseFiles(): Promise<readonly string[]>;
  chooseFolder(): Promise<string | undefined>;
  /** @returns Absolute paths of files with networks; empty if the dialog was cancelled. */
  chooseModelFiles(): Promise<readonly string[]>;
  revealResult(jobId: number): Promise<void>;
  openResult(jobId: number): Promise<void>;
  /** Continues a drag that has begun in the window with the files of results, for other programs. */
  dragResults(jobIds: readonly number[]): Promise<void>;
  /** Puts the computer to sleep. */
  sleep(): Promise<void>;
  saveFile(media: MediaId, suggestedName: string): Promise<boolean>;
  /** Paths that the program was opened with since the last call: "Open with", a second start, a drop on its icon. */
  takeOpenedPaths(): Promise<readonly string[]>;
  /**
   * Notifies the listener when there are opened paths.
   *
   * @returns A function that ends the subscription.
   */
  watchOpened(listener: () => void): () => void;
  /** The path of a dropped file; empty for a pasted image. */
  pathOfFile(file: unknown): string;
  /**
   * Saves a pasted image in a folder of the program.
   *
   * @param bytes At most `MAX_PASTED_BYTES`.
   * @returns Its path; a reply, so that an error keeps its code.
   */
  keepPastedImage(name: string, bytes: Uint8Array): Promise<Reply<string>>;
}
