import path from 'node:path';
import type { Sharp } from 'sharp';
import { EnlargerError } from '../api/errors.ts';
import { hasAlphaChannel } from '../api/image.ts';
import type { OutputFormat } from '../api/outputFormats.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { FORMATS } from './formats.ts';
import { rowStoreBytes, type RowStore } from './rowStore.ts';
import { sharp } from './sharpLoader.ts';

export interface EncodeOptions {
  readonly format: OutputFormat;
  /** 1…100; where absent, the format's default below. */
  readonly quality?: number;
  readonly lossless: boolean;
  /** `#rrggbb` behind transparency, for formats without alpha. */
  readonly background: string;
}

/** An encoded image, pixels only, in memory or in a scratch file. */
export type EncodedImage =
  { readonly kind: 'memory'; readonly bytes: Buffer } | { readonly kind: 'file'; readonly path: string };

/** High, because what was just computed should not be thrown away again. */
const DEFAULT_QUALITY: Readonly<Record<OutputFormat, number>> = {
  jpeg: 95,
  png: 100,
  webp: 92,
  avif: 75,
  tiff: 100,
};

/** Encoded results of stores above this are written to a file: they would not fit beside the pixels. */
const MEMORY_RESULT_BYTES = 384 * 1024 * 1024;

/** A finished image as the start of a pipeline. */
export function pixelsOf(store: RowStore): Sharp {
  const { content, shape } = store;
  const { width, height, channels } = shape;
  if (content.kind === 'memory') {
    return sharp(content.data, { raw: { width, height, channels }, limitInputPixels: false });
  }
  return sharp(content.path, { limitInputPixels: false, sequentialRead: true, unlimited: true });
}

function withFormat(pipeline: Sharp, store: RowStore, options: EncodeOptions): Sharp {
  const quality = options.quality ?? DEFAULT_QUALITY[options.format];
  switch (options.format) {
    case 'jpeg':
      // Optimised Huffman tables save 6 % of the file and cost three times the time.
      return pipeline.jpeg({ quality, chromaSubsampling: '4:4:4', optimiseCoding: false });
    case 'png':
      // Level 3 with adaptive filters: 5 % larger than level 6 in 40 % of its time.
      return pipeline.png({ compressionLevel: 3, adaptiveFiltering: true });
    case 'webp':
      return pipeline.webp({ quality, lossless: options.lossless, effort: 2, smartSubsample: true });
    case 'avif':
      return pipeline.avif({ quality, effort: 2, chromaSubsampling: '4:4:4' });
    case 'tiff':
      return pipeline.tiff({
        compression: 'lzw',
        predictor: 'horizontal',
        bigtiff: rowStoreBytes(store.shape) > 2 ** 31,
      });
  }
}

/** libvips tells only in words that a disk is full. */
function writeFailure(file: string, error: unknown): EnlargerError {
  const text = error instanceof Error ? error.message : String(error);
  const full = /no space left|disk quota|file too large/i.test(text);
  const message = full
    ? `${file} cannot be written: the disk is full.`
    : `${file} cannot be written: ${text}`;
  return new EnlargerError(
    full ? 'output/no-space' : 'output/not-writable',
    message,
    { file },
    { cause: error },
  );
}

/**
 * Encodes an image's pixels, without any metadata (that is spliced in afterwards, byte for byte).
 *
 * @param scratchPath Used for results too large for memory; the caller deletes it.
 */
export async function encodePixels(
  store: RowStore,
  options: EncodeOptions,
  scratchPath: string,
): Promise<EncodedImage> {
  const { channels, bitDepth } = store.shape;
  let pipeline = pixelsOf(store);
  if (hasAlphaChannel(channels) && !FORMATS[options.format].alpha) {
    pipeline = pipeline.flatten({ background: options.background });
  }
  const grey = channels <= 2;
  // WebP knows no grey; libvips makes it colour by itself.
  pipeline = pipeline.toColourspace(bitDepth === 16 ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb');
  const encoder = withFormat(pipeline, store, options);
  if (rowStoreBytes(store.shape) <= MEMORY_RESULT_BYTES)
    return { kind: 'memory', bytes: await encoder.toBuffer() };
  await makeFolder(path.dirname(scratchPath));
  await encoder.toFile(scratchPath).catch((error: unknown) => {
    throw writeFailure(scratchPath, error);
  });
  return { kind: 'file', path: scratchPath };
}
