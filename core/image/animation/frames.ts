import type { Raster, Size } from '../../api/image.ts';
import { EnlargerError } from '../../api/errors.ts';

/** An animation whose frames are complete images: disposal and transparency are resolved. */
export interface Frames extends Size {
  readonly count: number;
  /** How long each frame is shown. */
  readonly delaysMs: readonly number[];
  /** How often it is played; 0 is for ever. */
  readonly loop: number;
  /** Sentences for people on errors of the file that were ignored. */
  readonly warnings: readonly string[];
  /** A frame, from 0. */
  readonly frame: (index: number) => Raster;
}

/** The frames of a result, one below the other, with transparency. */
export interface FrameStack extends Size {
  readonly count: number;
  readonly data: Uint8Array;
}

export interface FrameOptions {
  /** The most pixels of all frames together. */
  readonly maxPixels: number;
  /** Keeps values as they are, instead of converting them to sRGB by the file's profile. */
  readonly ignoreIcc: boolean;
  /** How many frames are read; all if omitted. */
  readonly count?: number;
}

/** @throws EnlargerError `image/too-large`, before any frame is decoded. */
export function assertFramesFit(
  { width, height }: Size,
  count: number,
  { maxPixels }: Pick<FrameOptions, 'maxPixels'>,
): void {
  if (width * height * count <= maxPixels) return;
  const message = `The animation has ${count} frames of ${width} × ${height} px, more than may be read at once. Choose --frames first, or raise --max-megapixels.`;
  throw new EnlargerError('image/too-large', message, { width, height, frames: count });
}
