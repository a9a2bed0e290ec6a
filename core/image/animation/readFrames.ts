import type { Raster, Size } from '../../api/image.ts';
import { EnlargerError } from '../../api/errors.ts';
import { decodeError } from '../libvips.ts';
import { sharp } from '../sharpLoader.ts';

/** An animation whose frames are whole images: disposal and transparency are resolved. */
export interface Frames extends Size {
  readonly count: number;
  /** How long each frame is shown. */
  readonly delaysMs: readonly number[];
  /** How often it is played; 0 is for ever. */
  readonly loop: number;
  /** A frame, from 0; it shares its memory with the others. */
  readonly frame: (index: number) => Raster;
}

export interface FrameOptions {
  /** The most pixels of all frames together. */
  readonly maxPixels: number;
  /** Keeps values as they are, instead of converting them to sRGB by the file's profile. */
  readonly ignoreIcc: boolean;
}

/** The delay of browsers and of libvips for frames that give none. */
const DEFAULT_DELAY_MS = 100;

/**
 * Decodes every frame of an animated GIF or WebP, with transparency.
 *
 * @throws EnlargerError `image/…`.
 */
export async function readFrames(bytes: Buffer, options: FrameOptions): Promise<Frames> {
  const open = (): ReturnType<typeof sharp> =>
    sharp(bytes, {
      failOn: 'warning',
      limitInputPixels: options.maxPixels,
      pages: -1,
      ignoreIcc: options.ignoreIcc,
    });
  try {
    const { width, pages = 1, pageHeight, height, delay, loop = 0 } = await open().metadata();
    const frameHeight = pageHeight ?? height;
    if (width * frameHeight * pages > options.maxPixels) {
      const message = `The animation has ${pages} frames of ${width} × ${frameHeight} px, more than may be read at once. Choose --frames first, or raise --max-megapixels.`;
      throw new EnlargerError('image/too-large', message, { width, height: frameHeight, frames: pages });
    }
    const { data } = await open()
      .ensureAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const frameBytes = width * frameHeight * 4;
    const samples = new Uint8Array(data.buffer, data.byteOffset, data.length);
    return {
      width,
      height: frameHeight,
      count: pages,
      delaysMs: Array.from({ length: pages }, (_, index) => delay?.[index] ?? DEFAULT_DELAY_MS),
      loop,
      frame: (index) => ({
        width,
        height: frameHeight,
        channels: 4,
        data: samples.slice(index * frameBytes, (index + 1) * frameBytes),
      }),
    };
  } catch (error) {
    throw decodeError(error, options);
  }
}
