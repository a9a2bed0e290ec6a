import type { BatchSpec, Source } from './batchSpec.ts';
import type { ErrorDto } from './errors.ts';
import type { SkipReason } from './events.ts';
import type { Size } from './image.ts';
import type { VerdictKind, VerdictReason } from './report.ts';

/** Milliseconds since 1970. */
export type Timestamp = number;

/** An image that the host can show: fetched by the connection's `mediaUrl`. Random, valid for this session only. */
export type MediaId = string;

/** How far a job is. Every job is in exactly one state; done + skipped + failed + cancelled = inputs in the end. */
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
      readonly repairedTiles: number;
      readonly warnings: readonly string[];
      /** Absent where the result was not measured. */
      readonly verdict?: VerdictKind;
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly outputPath?: string }
  | { readonly kind: 'failed'; readonly error: ErrorDto }
  | { readonly kind: 'cancelled' };

export type JobStateKind = JobState['kind'];

/** One image in the queue, as a row shows it. */
export interface JobView {
  readonly id: number;
  readonly batchId: number;
  /** File name without folders. */
  readonly name: string;
  /** As given or found; absent where the face may not know it (uploads). */
  readonly sourcePath?: string;
  readonly state: JobState;
  /** Known once the header was read. */
  readonly inputSize?: Size;
  readonly targetSize?: Size;
  readonly attempts: number;
  readonly thumbnail?: MediaId;
  readonly addedAt: Timestamp;
}

export type JobCounts = Readonly<Record<JobStateKind, number>>;

export interface BatchView {
  readonly id: number;
  /** Who asked for it. */
  readonly origin: 'window' | 'command-line' | 'watched-folder';
  readonly spec: BatchSpec;
  readonly counts: JobCounts;
  readonly addedAt: Timestamp;
  readonly finishedAt?: Timestamp;
}

export interface QueueView {
  readonly state:
    | { readonly kind: 'idle' }
    | { readonly kind: 'running' }
    | { readonly kind: 'paused' }
    /** Waits for space on this folder's disk and goes on by itself. */
    | { readonly kind: 'disk-full'; readonly folder: string };
  readonly counts: JobCounts;
  /** Megapixels of results per second over the last minute; 0 when nothing is known. */
  readonly megapixelsPerSecond: number;
  readonly remainingMs?: number;
  /** What computes now, by its name. */
  readonly device?: string;
}

export interface JobPage {
  readonly total: number;
  readonly offset: number;
  readonly jobs: readonly JobView[];
  readonly counts: JobCounts;
}

/** The main figures of a measured result: see `QualityReport`. `null` where there was nothing to measure. */
export interface ImageScores {
  /** The result, reduced again, is its input: then there is no `psnrDb`. */
  readonly identical: boolean;
  readonly psnrDb: number | null;
  readonly ssim: number | null;
  readonly deltaE: number | null;
  readonly gradientGain: number | null;
}

export type ScoreName = Exclude<keyof ImageScores, 'identical'>;

/** How many images have a score from this value on, up to the next bar's; the first has those below it, too. */
export interface ScoreBar {
  readonly from: number;
  readonly count: number;
}

/** A measured image of a batch, with the places that are worth a look. */
export interface MeasuredImage {
  readonly job: JobView;
  readonly verdict: VerdictKind;
  readonly scores: ImageScores;
  readonly reasons: readonly VerdictReason[];
}

/** What the measurements of a whole batch say, and one page of its images. */
export interface BatchSummary {
  readonly counts: JobCounts;
  /** Of the measured images; together they are how many were measured. */
  readonly verdicts: Readonly<Record<VerdictKind, number>>;
  /** What is identical counts with the best of `psnrDb`. */
  readonly histograms: Readonly<Record<ScoreName, readonly ScoreBar[]>>;
  /** A page of the measured images: failed before look before ok, then what explains its input least. */
  readonly worstFirst: readonly MeasuredImage[];
  /** The same page of the inputs that gave no result; each says why in its state. */
  readonly failures: readonly JobView[];
}

/** What a drop contains, before anything is enlarged. */
export interface InspectedSources {
  readonly pictures: readonly {
    readonly name: string;
    /** Names this image alone, where a folder led to it. */
    readonly source: Source;
    readonly size?: Size;
    readonly sizeBytes: number;
    readonly thumbnail?: MediaId;
    readonly estimateMs?: number;
  }[];
  /** Named with the reason: other files of a folder, damaged ones, what is not there. */
  readonly refused: readonly { readonly name: string; readonly error: ErrorDto }[];
}

/** What a person sees of a folder that was opened for the browser window. */
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
 * An image as square tiles on several levels, so that 400 megapixels can be looked at without decoding them whole.
 * Level 0 is the full size; each further level has half the sides. A tile's address is
 * `mediaUrl(media)/<level>/<column>/<row>`.
 */
export interface ImagePyramid {
  readonly media: MediaId;
  readonly size: Size;
  readonly tilePx: number;
  readonly levels: number;
}

/** A crop enlarged before anything is run. All three show the same part of the image at the same size. */
export interface CropPreview {
  readonly enlarged: MediaId;
  readonly bicubic: MediaId;
  readonly size: Size;
  readonly device: string;
  readonly elapsedMs: number;
  /** Time for the whole image at this pace. */
  readonly estimateMs: number;
}

/** Every way in which a device can be of no use; `other` is what no code says, and its `reason` has to do. */
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
  /** A sentence for people, in English, with the details. */
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
  /** Whether it has a faithful companion, so that a strength below 1 can be chosen. */
  readonly hasStrength: boolean;
}

export interface WatchedFolderView {
  readonly id: number;
  readonly folder: string;
  readonly presetId: string;
  readonly state:
    | { readonly kind: 'watching' }
    | { readonly kind: 'paused' }
    /** Events do not come (network folder, too many folders): looked through regularly instead. */
    | { readonly kind: 'rescanning'; readonly reason: string; readonly everyMs: number }
    | { readonly kind: 'unreachable'; readonly error: ErrorDto };
  readonly settleMs: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly moveOriginalsTo?: string;
  readonly taken: number;
  readonly lastActivityAt?: Timestamp;
  /** The newest first: what was not taken, and why. */
  readonly passedOver: readonly {
    readonly name: string;
    readonly error: ErrorDto;
    readonly at: Timestamp;
  }[];
}
