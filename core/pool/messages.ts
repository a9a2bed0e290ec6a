/**
 * @file The messages between host and worker. Paths and numbers only: pixels stay in the worker.
 */
import type { ErrorDto } from '../api/errors.ts';
import type { Size } from '../api/image.ts';
import type { ChosenModel } from '../api/models/chosenModel.ts';
import type { PassRecord, QualityReport } from '../api/report.ts';
import type { OutputFormat } from '../api/outputFormats.ts';
import type { InputFormat } from '../api/imageFormats.ts';
import type { JobSettings } from '../api/jobSettings.ts';

/** A job on its way from the host to a pool. */
export interface PoolJob {
  /** The job's id in the store. */
  readonly id: number;
  readonly inputPath: string;
  /** Where the worker leaves the finished image; in the target's folder. */
  readonly tempPath: string;
  /** For pixels that do not fit in memory; created on demand, deleted by the host. */
  readonly scratchFolder: string;
  readonly outputFormat: OutputFormat;
  readonly settings: JobSettings;
  /** The batch's models on this machine; another machine finds its own by their checksums (`core/models`). */
  readonly modelsFolder: string;
  /** Judge the result. */
  readonly measure?: boolean;
  /** Where to leave small images for a report (`ReportImages` as JSON); the host deletes it. */
  readonly previewPath?: string;
}

/** What a pool asks a worker process for. Its `id` is a number of the pool, a new one for each attempt. */
export interface EnlargeJob extends PoolJob {
  /** Ids of the devices to use, in order of preference, as the pool chose them; without it the settings decide. */
  readonly devices?: readonly string[] | undefined;
  /** Processor threads for inference. */
  readonly threads: number;
}

export interface StageTimes {
  readonly decodeMs: number;
  readonly inferenceMs: number;
  readonly encodeMs: number;
  /** Judging the result; absent if that was not requested. */
  readonly measureMs?: number;
}

/** Another machine, as reports name it. */
export interface MachineName {
  readonly name: string;
  /** Of the program on that machine. */
  readonly version: string;
}

/** A page, besides the first, in a separate file (`pageTempPath.ts`), as finished as the image at the temporary path. */
export interface PageFile extends Size {
  /** From 1. */
  readonly page: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** The pages of a file that are enlarged into separate files. */
export interface PageFiles {
  /** The page, from 1, that is at the job's temporary path. */
  readonly firstPage: number;
  readonly others: readonly PageFile[];
}

/** A finished image at the job's temporary path, synced and verified. */
export interface EnlargedImage {
  readonly kind: 'enhanced';
  readonly input: Size & {
    readonly format: InputFormat;
    readonly sizeBytes: number;
    readonly sha256: string;
  };
  readonly output: Size & {
    readonly format: OutputFormat;
    readonly sizeBytes: number;
    readonly sha256: string;
  };
  /** Ids of the networks in the order of the passes, or the interpolation kernel. */
  readonly models: readonly string[];
  /** How the model was chosen, if that was left to the program. */
  readonly choice?: ChosenModel;
  readonly device: string;
  /** The machine that made it, if that was another one. */
  readonly machine?: MachineName;
  /** The same passes with their weights. */
  readonly passes: readonly PassRecord[];
  /** Kept side and context of a tile of the last pass, in pixels of its input; 0 if there were no tiles. */
  readonly tiling: { readonly tilePx: number; readonly contextPx: number };
  readonly tiles: number;
  /** Tiles that were wrong at first and were repeated in smaller pieces. */
  readonly repairedTiles: number;
  /** Pages or frames that the result consists of; absent for one. */
  readonly frames?: number;
  /**
   * Share of the pixels, 0…1, that were copied from equal parts of the image instead of being run; absent if none were.
   */
  readonly reusedShare?: number;
  readonly warnings: readonly string[];
  readonly times: StageTimes;
  /** Absent if measuring was not requested. */
  readonly quality?: QualityReport;
  /** If the target's format has no pages and the source has several. */
  readonly pageFiles?: PageFiles;
}

/** The image has the size already, and the user asked to leave such images alone. */
export interface LargeEnough {
  readonly kind: 'large-enough';
  readonly input: Size;
}

export type EnlargeResult = EnlargedImage | LargeEnough;

/** What a job is busy with. Each but waiting has a deadline (`deadlines.ts`); `infer` has one for every tile. */
export const JOB_STAGES = ['wait', 'decode', 'load', 'infer', 'finish', 'encode', 'assess'] as const;
export type JobStage = (typeof JOB_STAGES)[number];

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogValues = Readonly<Record<string, string | number | boolean>>;
/** A device to try: whether it matches the processor's result, and how fast it is. */
export interface ProbeRequest {
  readonly deviceId: string;
  readonly modelsFolder: string;
  readonly threads: number;
}

export type ProbeAnswer =
  | {
      readonly kind: 'tried';
      /** Largest difference from the processor's result, in full scale; `null` if a value is NaN. */
      readonly difference: number | null;
      /** Megapixels of output a second. */
      readonly megapixelsPerSecond: number;
    }
  | { readonly kind: 'failed'; readonly error: ErrorDto };

/** A file with a network that a user adds: to be read, proven and written as one of ours. */
export interface ImportRequest {
  readonly file: string;
  /** Id and name that it gets. */
  readonly id: string;
  readonly name: string;
  /** As stated by its author or by whoever adds it; by default, what the file itself contains. */
  readonly licence?: string | undefined;
  readonly author?: string | undefined;
  readonly source?: string | undefined;
  /** An empty folder for the weights and the manifest. */
  readonly folder: string;
  /** Images from which the verdict's limits for it are learned; if the folder does not exist, they stay as they are. */
  readonly samplesFolder: string;
  readonly threads: number;
}

/** What an import is busy with, in this order. */
export const IMPORT_STEPS = ['reading', 'converting', 'proving', 'measuring'] as const;
export type ImportStep = (typeof IMPORT_STEPS)[number];

export type ImportAnswer =
  /** The folder contains a model now; `manifest` is what its manifest contains. */
  | { readonly kind: 'imported'; readonly manifest: unknown }
  | { readonly kind: 'refused'; readonly error: ErrorDto };

/** A model to be checked: its checksums, its figures where it is one of ours, and a first run. */
export interface VerifyRequest {
  readonly modelsFolder: string;
  readonly id: string;
}

/** An attempt is named by its number, which no other has: an answer to an earlier attempt at a job is ignored. */
export type ToWorker =
  | { readonly type: 'enlarge'; readonly attemptId: number; readonly job: EnlargeJob }
  | { readonly type: 'cancel'; readonly attemptId: number }
  /** Stop before the next tile and keep everything warm. */
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** Load what this job would need, so that the first real one finds it warm; nothing is written. */
  | { readonly type: 'warm'; readonly job: EnlargeJob }
  /** Only for a process that is thrown away afterwards: a broken driver may take it down. */
  | { readonly type: 'probe'; readonly request: ProbeRequest }
  /** Only for a process that is thrown away afterwards: a file that a user adds may take it down. */
  | { readonly type: 'import'; readonly request: ImportRequest }
  | { readonly type: 'verify'; readonly request: VerifyRequest }
  /** Release everything and end. */
  | { readonly type: 'shutdown' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'probed'; readonly answer: ProbeAnswer }
  | { readonly type: 'import-step'; readonly step: ImportStep }
  | { readonly type: 'imported'; readonly answer: ImportAnswer }
  /** `error` is absent if all is well. */
  | { readonly type: 'verified'; readonly error?: ErrorDto | undefined }
  /** The models of a `warm` message are loaded, or cannot be. */
  | { readonly type: 'warmed' }
  /** Sent every few seconds. */
  | { readonly type: 'alive'; readonly residentBytes: number }
  | {
      readonly type: 'stage';
      readonly attemptId: number;
      readonly stage: JobStage;
      /** What the stage works on, if that is known. */
      readonly megapixels?: number | undefined;
    }
  | {
      readonly type: 'progress';
      readonly attemptId: number;
      readonly tilesDone: number;
      readonly tilesTotal: number;
    }
  | { readonly type: 'finished'; readonly attemptId: number; readonly result: EnlargeResult }
  | { readonly type: 'failed'; readonly attemptId: number; readonly error: ErrorDto }
  | {
      readonly type: 'log';
      readonly level: LogLevel;
      readonly text: string;
      readonly values: LogValues;
    };
