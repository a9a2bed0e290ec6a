import type { SourcePlace } from '../../../core/api/batchSpec.ts';
import type { Size } from '../../../core/api/image.ts';
import type { RootEntry } from '../../../core/api/views.ts';

/** An image that the stand-in "finds" for a source. */
export interface StandInImage {
  readonly name: string;
  readonly size: Size;
  readonly sizeBytes: number;
  /** Its path below the source that led to it; absent if the source is this image. */
  readonly path?: string;
}

/** Where the stand-in's images come from; tests of state need no pixels, the window's tests provide some. */
export interface StandInMedia {
  find(source: SourcePlace): Promise<readonly StandInImage[]>;
  thumbnail(image: StandInImage): string | undefined;
  pyramid(image: StandInImage, size: Size): Promise<{ media: string; tilePx: number; levels: number }>;
  preview(
    image: StandInImage,
    crop: { x: number; y: number; width: number; height: number },
    size: Size,
  ): Promise<{ enlarged: string; bicubic: string }>;
  file(name: string, content: string): string;
  /** The content of a folder of an opened root. */
  folder(relative: string): readonly RootEntry[];
  /** On the disk of every folder. */
  readonly freeBytes?: number;
}
