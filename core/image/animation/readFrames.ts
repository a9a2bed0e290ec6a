import type { InputFormat } from '../../api/imageFormats.ts';
import { decodeError } from '../libvips.ts';
import { sharp } from '../sharpLoader.ts';
import { assertFramesFit, type FrameOptions, type Frames } from './frames.ts';
import { readApngFrames } from './readApngFrames.ts';
import { turnFrames } from './turnFrames.ts';

/** The delay that browsers and libvips use for frames without one. */
const DEFAULT_DELAY_MS = 100;

async function readLibvipsFrames(bytes: Buffer, options: FrameOptions): Promise<Frames> {
  const open = (): ReturnType<typeof sharp> =>
    sharp(bytes, {
      failOn: 'warning',
      limitInputPixels: options.maxPixels,
      pages: options.count ?? -1,
      ignoreIcc: options.ignoreIcc,
    });
  const { width, pages: stored = 1, pageHeight, height, delay, loop = 0 } = await open().metadata();
  const pages = options.count ?? stored;
  const frameHeight = pageHeight ?? height;
  assertFramesFit({ width, height: frameHeight }, pages, options);
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
    warnings: [],
    frame: (index) => ({
      width,
      height: frameHeight,
      channels: 4,
      data: samples.slice(index * frameBytes, (index + 1) * frameBytes),
    }),
  };
}

/**
 * Decodes every frame of an animated GIF, WebP or PNG, upright, with transparency.
 *
 * @throws EnlargerError `image/…`.
 */
export async function readFrames(bytes: Buffer, format: InputFormat, options: FrameOptions): Promise<Frames> {
  try {
    const frames = await (format === 'png'
      ? readApngFrames(bytes, options)
      : readLibvipsFrames(bytes, options));
    return turnFrames(frames, (await sharp(bytes).metadata()).orientation);
  } catch (error) {
    throw decodeError(error, options, bytes);
  }
}
