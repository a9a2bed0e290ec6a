import type { ComparisonArrangement } from '../api/methodInputs.ts';
import type { JobSettings } from '../api/jobSettings.ts';
import type { Rect, Size } from '../api/image.ts';
import type { QualityReport } from '../api/report.ts';
import type { ReportImages } from '../api/reportImages.ts';
import type { CropPreview, MediaId, ImagePyramid } from '../api/views.ts';

/** The content of an id: either bytes or a file to stream. */
export interface MediaContent {
  readonly contentType: string;
  /** If present, the content is to be saved under this name. */
  readonly fileName?: string;
  readonly bytes?: Uint8Array;
  readonly file?: string;
}

/** One tile of a pyramid; level 0 is the full size. */
export interface TileAddress {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

export interface PreviewRequest {
  readonly file: string;
  /** In pixels of the upright source image. */
  readonly crop: Rect;
  readonly settings: JobSettings;
  readonly modelsFolder: string;
}

export type HeatMapKind = 'difference' | 'ssim' | 'gain';

export interface HeatMapRequest {
  readonly input: string;
  readonly output: string;
  readonly kind: HeatMapKind;
}

export interface ComparisonRequest extends ComparisonArrangement {
  readonly input: string;
  readonly output: string;
}

export interface ReportImagesRequest {
  readonly input: string;
  readonly output: string;
  /** Determines the areas that are shown at 1:1; absent if the result was not measured. */
  readonly quality?: QualityReport;
}

/**
 * Images for the screen. Files are decoded in a separate process, which may die without harm. Ids are
 * random, valid until `close`, and never reveal a path. The least recently requested image is evicted first; its id is
 * then unknown, and the image has to be requested again.
 *
 * Every method rejects with an `EnlargerError`: `input/…` and `image/…` for the file, `worker/…` when it brought the
 * process down, `job/cancelled` when the service closes.
 */
export interface MediaService {
  /** An image of at most 256 px a side, upright, in sRGB. `size` is that of the whole upright image. */
  thumbnail(file: string): Promise<{ readonly media: MediaId; readonly size: Size }>;
  /**
   * Decodes an image to the end, strictly, as enlarging it would.
   *
   * @param signal Ends the wait with `job/cancelled`.
   * @returns The size of the upright image.
   */
  verify(file: string, options: { readonly maxPixels: number; readonly signal: AbortSignal }): Promise<Size>;
  /**
   * Enlarges a crop as the batch would. A newer request supersedes one still under way: that ends as `job/cancelled`.
   */
  previewCrop(request: PreviewRequest): Promise<CropPreview>;
  /** Prepares an image to be read in tiles. */
  pyramid(file: string): Promise<ImagePyramid>;
  /** Shows where an output differs from its input, as an image. */
  heatMap(request: HeatMapRequest): Promise<MediaId>;
  /** One image with the original on the left and its result on the right, to be saved under a name. */
  comparison(request: ComparisonRequest, fileName: string): Promise<MediaId>;
  /** Small images of a result and its input, for a report. They are kept for the next report of the same files. */
  reportImages(request: ReportImagesRequest): Promise<ReportImages>;
  /** Makes an existing file fetchable, e.g. a result for download. */
  offer(file: string, contentType: string, fileName: string): MediaId;
  /**
   * @param tile Only, and always, for a pyramid's id.
   * @throws EnlargerError `media/not-found` for an unknown id or a tile outside the image.
   */
  read(media: MediaId, tile?: TileAddress): Promise<MediaContent>;
  /** Ends the process and deletes the cache. */
  close(): Promise<void>;
}
