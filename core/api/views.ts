import type { BatchSpec, Source } from './batchSpec.ts';
import type { ErrorDto } from './errors.ts';
import type { SkipReason } from './report.ts';
import type { Size } from './image.ts';
import type { VerdictKind, VerdictReason } from './report.ts';

/** Milliseconds since 1970. */
export type Timestamp = number;

/** Id of an image to show, fetched by the connection's `mediaUrl`. Random, and valid until the program ends. */
export type MediaId = string;

/** Where a job stands. When a batch has ended, done + skipped + failed + cancelled = its inputs. */
export type JobState =
  | { readonly kind: 'queued' }
  | { readonly kind: 'running'; readonly tilesDone: number; readonly tilesTotal: number }
  | {
      readonly kind: 'done';
      readonly outputPath: string;
      readonly outputSize: Size;
      readonly outputBytes: number;
      readonly elapsedMs: number;
      readonly device: string;
      /** Name of the machine that made it; absent for the one with the list. */
      readonly machine?: string;
      readonly repairedTiles: number;
      readonly warnings: readonly string[];
      /** Absent if the result was not measured. */
      readonly verdict?: VerdictKind;
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly outputPath?: string }
  | { readonly kind: 'failed'; readonly error: ErrorDto }
  | { readonly kind: 'cancelled' };

export type JobStateKind = JobState['kind'];

/** Every state, in the order of a job's life. */
export const JOB_STATES = [
  'queued',
  'running',
  'done',
  'skipped',
  'failed',
  'cancelled',
] as const satisfies readonly JobStateKind[];

/** One image of the queue, as a row shows it. */
export interface JobView {
  readonly id: number;
  readonly batchId: number;
  /** File name without its folders. */
  readonly name: string;
  /** As given or found; absent for uploads. */
  readonly sourcePath?: string;
  readonly state: JobState;
  /** Known once the header has been read. */
  readonly inputSize?: Size;
  readonly targetSize?: Size;
  readonly attempts: number;
  readonly thumbnail?: MediaId;
  readonly addedAt: Timestamp;
}

export type JobCounts = Readonly<Record<JobStateKind, number>>;

export interface BatchView {
  readonly id: number;
  /** Where it was added. */
  readonly origin: 'window' | 'command-line' | 'watched-folder';
  readonly spec: BatchSpec;
  readonly counts: JobCounts;
  readonly addedAt: Timestamp;
  readonly finishedAt?: Timestamp;
}

/** Why no result can be written below a folder. Work resumes automatically. */
export interface Hindrance {
  readonly kind: 'disk-full' | 'volume-gone';
  readonly folder: string;
}

export interface QueueView {
  readonly state: { readonly kind: 'idle' | 'running' | 'paused' } | Hindrance;
  /** What some of the jobs are waiting for while others may continue; absent if none is waiting. */
  readonly hindrances?: readonly Hindrance[];
  readonly counts: JobCounts;
  /** Megapixels of results per second over the last minute; 0 if unknown. */
  readonly megapixelsPerSecond: number;
  readonly remainingMs?: number;
  /** Name of the device at work. */
  readonly device?: string;
}

export interface JobPage {
  readonly total: number;
  readonly offset: number;
  readonly jobs: readonly JobView[];
  readonly counts: JobCounts;
}

/** The main figures of a measured result, see `QualityReport`; `null` if they could not be measured. */
export interface ImageScores {
  /** The result, scaled back down, is identical to its input; `psnrDb` is null then. */
  readonly identical: boolean;
  readonly psnrDb: number | null;
  readonly ssim: number | null;
  readonly deltaE: number | null;
  readonly gradientGain: number | null;
}

export type ScoreName = Exclude<keyof ImageScores, 'identical'>;

/** Number of images with a score from this value up to the next bar's; the first bar includes everything below. */
export interface ScoreBar {
  readonly from: number;
  readonly count: number;
}

/** A measured image of a batch, with the areas to review. */
export interface MeasuredImage {
  readonly job: JobView;
  readonly verdict: VerdictKind;
  readonly scores: ImageScores;
  readonly reasons: readonly VerdictReason[];
}

/** The measurements of a whole batch, and one page of its images. */
export interface BatchSummary {
  readonly counts: JobCounts;
  /** Number of measured images with each verdict. */
  readonly verdicts: Readonly<Record<VerdictKind, number>>;
  /** Identical results count in the highest bar of `psnrDb`. */
  readonly histograms: Readonly<Record<ScoreName, readonly ScoreBar[]>>;
  /** A page of the measured images: problems, then those to review, then the rest; the least faithful first in each. */
  readonly worstFirst: readonly MeasuredImage[];
  /** The same page of the inputs that failed; the state of each has the reason. */
  readonly failures: readonly JobView[];
}

/** What dropped files contain, before anything is enlarged. */
export interface InspectedSources {
  readonly pictures: readonly {
    readonly name: string;
    /** Refers to this one image, even if it was found in a folder. */
    readonly source: Source;
    readonly size?: Size;
    readonly sizeBytes: number;
    readonly thumbnail?: MediaId;
    /** Time and size of the result; the time is absent until similar work was done on this machine. */
    readonly estimateMs?: number;
    readonly estimateBytes?: number;
    /** Name of the result; absent if another image has the same one or the template is invalid. */
    readonly outputName?: string;
  }[];
  /** Skipped files with the reason: other files of a folder, damaged or missing ones. */
  readonly refused: readonly { readonly name: string; readonly error: ErrorDto }[];
  /** How many earlier results in the folders a batch leaves out; undefined without any. */
  readonly earlierResults?: number;
}

/** An entry of a folder that was opened for the browser window. */
export interface RootEntry {
  readonly kind: 'folder' | 'picture';
  readonly name: string;
}

/** Folders first, then images, each by name. */
export interface RootPage {
  readonly total: number;
  readonly offset: number;
  readonly entries: readonly RootEntry[];
}

/**
 * An image as square tiles on several levels, so that huge ones are not decoded completely. Level 0 is the full size, each
 * further level has half the sides. A tile's address is `mediaUrl(media)/<level>/<column>/<row>`.
 */
export interface ImagePyramid {
  readonly media: MediaId;
  readonly size: Size;
  readonly tilePx: number;
  readonly levels: number;
}

/** A crop, enlarged as a preview. Both images show the same part at the same size. */
export interface CropPreview {
  readonly enlarged: MediaId;
  readonly bicubic: MediaId;
  readonly size: Size;
  /** Which model enlarged it: the family that `auto` chose for this image, or the one in the settings. */
  readonly model: string;
  readonly device: string;
  readonly elapsedMs: number;
  /** Estimated time for the whole image. */
  readonly estimateMs: number;
}

/** Every reason why a device cannot be used; `other` is explained by its `reason` alone. */
export const DEVICE_PROBLEMS = [
  'not-installed',
  'wrong-system',
  'no-graphics-card',
  'no-nvidia-card',
  'no-half-precision',
  'library-missing',
  'wrong-picture',
  'crashed',
  'no-answer',
  'other',
] as const;

/** Why a device cannot be used. */
export interface DeviceProblem {
  readonly code: (typeof DEVICE_PROBLEMS)[number];
  /** An English sentence with the details. */
  readonly reason: string;
}

export interface DeviceView {
  /** E.g. `onnx:cpu`. */
  readonly id: string;
  readonly engine: string;
  readonly provider: string;
  readonly name: string;
  readonly kind: 'cpu' | 'gpu';
  readonly memoryBytes?: number;
  readonly state:
    | { readonly kind: 'usable'; readonly megapixelsPerSecond?: number }
    | ({ readonly kind: 'unusable' } & DeviceProblem)
    | { readonly kind: 'untested' };
}

export interface ModelView {
  readonly id: string;
  readonly family: string;
  readonly name: string;
  readonly purpose: string;
  readonly scale: number;
  readonly parameters: number;
  readonly licence: string;
  readonly psnr?: { readonly set5: number; readonly set14: number };
  /** Whether it can be blended with a PSNR-oriented partner, by a strength below 1. */
  readonly hasStrength: boolean;
  /** Whether a user added it; absent for those that come with the program. */
  readonly isAdded?: true;
  /** Whether its licence forbids commercial use; absent if it does not. */
  readonly isNonCommercial?: true;
  /** The usual name of its architecture, e.g. `SPAN`; only for added models. */
  readonly architecture?: string;
}

/** All that is known of a model. */
export interface ModelCard extends ModelView {
  /** Its layers in a few words. */
  readonly network: string;
  /** Multiply-accumulates for an input of 64 × 64 pixels. */
  readonly macs: number;
  /** Side of the square of input pixels that an output pixel sees. */
  readonly receptiveFieldPx: number;
  readonly contextPx: number;
  /** SHA-256 of the weights that are run. */
  readonly sha256: string;
  /** Computing time of a photograph of 12 megapixels on this machine; absent until it has enlarged an image here. */
  readonly photoMs?: number;
  /** Of added models: where it comes from and what was found by running it. */
  readonly origin?: {
    readonly format: 'onnx' | 'ncnn' | 'safetensors' | 'pytorch';
    readonly files: readonly { readonly name: string; readonly sha256: string; readonly sizeBytes: number }[];
    readonly author?: string | undefined;
    readonly source?: string | undefined;
    readonly addedAt: string;
  };
  readonly proof?: {
    /** How its values and axes are interpreted; empty if that was never in doubt. */
    readonly reading: string;
    /** Whether tiles equal the whole up to rounding. */
    readonly isExact: boolean;
    /** Largest difference of a tile from the whole, in full scale; null if it cannot be measured. */
    readonly tileDifference: number | null;
    /** Largest change of a channel's mean from bicubic interpolation, in full scale. */
    readonly meanDrift: number;
    /** Megapixels of output a second, by the id of the device. */
    readonly megapixelsPerSecond: Readonly<Record<string, number>>;
    readonly bytesPerPx: number;
  };
}

/** The steps of adding a file, in this order. */
export const ADDING_STEPS = ['waiting', 'reading', 'converting', 'proving', 'measuring'] as const;
export type AddingStep = (typeof ADDING_STEPS)[number];

export interface AddingView {
  readonly fileName: string;
  readonly step: AddingStep;
}

/** The outcome for one file that was to be added. */
export type AddedModelView =
  | { readonly fileName: string; readonly kind: 'added' | 'known'; readonly model: ModelCard }
  | { readonly fileName: string; readonly kind: 'refused'; readonly error: ErrorDto };
