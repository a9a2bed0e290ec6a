/**
 * @file The messages between the media service and its process. Images travel encoded and small, or as files in the
 * cache folder.
 */
import type { ErrorDto } from '../api/errors.ts';
import type { JobSettings } from '../api/jobSettings.ts';
import type { Rect, Size } from '../api/image.ts';
import type { ComparisonRequest, HeatMapKind, ReportImagesRequest, TileAddress } from './mediaService.ts';

/** Every task of the process, by its name, with its input and its output. */
export interface MediaTasks {
  /** Writes a WebP to `target`. */
  thumbnail: {
    readonly input: { readonly file: string; readonly target: string };
    readonly output: { readonly size: Size };
  };
  /** Decodes an image to the end, strictly; fails as enlarging it would. */
  verify: {
    readonly input: { readonly file: string; readonly maxPixels: number };
    readonly output: { readonly size: Size };
  };
  /** Writes a tiled file to `target`. */
  pyramid: {
    readonly input: { readonly file: string; readonly target: string };
    readonly output: { readonly size: Size; readonly levels: number; readonly tilePx: number };
  };
  /** Cuts a tile out of such a file. */
  tile: {
    readonly input: TileAddress & {
      readonly pyramidFile: string;
      readonly size: Size;
      readonly levels: number;
    };
    readonly output: { readonly png: Uint8Array };
  };
  /** Writes two PNG. */
  preview: {
    readonly input: {
      readonly file: string;
      readonly crop: Rect;
      readonly settings: JobSettings;
      readonly modelsFolder: string;
      readonly threads: number;
      /** For data that do not fit in memory; created on demand, deleted by the process. */
      readonly scratchFolder: string;
      readonly enlargedTarget: string;
      readonly bicubicTarget: string;
    };
    readonly output: {
      readonly size: Size;
      /** What enlarged it; never `auto`. */
      readonly model: string;
      readonly device: string;
      readonly elapsedMs: number;
      readonly estimateMs: number;
    };
  };
  /** Writes a grey WebP to `target`; returns its size. */
  heatMap: {
    readonly input: {
      readonly input: string;
      readonly output: string;
      readonly kind: HeatMapKind;
      readonly target: string;
    };
    readonly output: Size;
  };
  /** Writes a JPEG to `target`. */
  comparison: {
    readonly input: ComparisonRequest & { readonly target: string };
    readonly output: { readonly sizeBytes: number };
  };
  /** Writes `ReportImages` as JSON to `target`. */
  reportImages: {
    readonly input: ReportImagesRequest & { readonly target: string };
    readonly output: { readonly sizeBytes: number };
  };
}

export type MediaTaskName = keyof MediaTasks;

export type MediaTask = {
  readonly [Name in MediaTaskName]: { readonly name: Name; readonly input: MediaTasks[Name]['input'] };
}[MediaTaskName];

export type ToMedia =
  | { readonly type: 'run'; readonly id: number; readonly task: MediaTask }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'shutdown' };

export type FromMedia =
  /** Sent regularly while there is work. */
  | { readonly type: 'alive'; readonly residentBytes: number }
  | { readonly type: 'finished'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorDto };
