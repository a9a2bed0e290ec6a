import path from 'node:path';
import type { Sharp } from 'sharp';
import { EnlargerError } from '../api/errors.ts';
import { hasAlphaChannel } from '../api/image.ts';
import { IMAGE_FORMATS } from '../api/imageFormats.ts';
import type { OutputFormat } from '../api/outputFormats.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { encodeInThread } from './codecs/codecThread.ts';
import { backdropIn, isGreyColour } from './colour/backdrop.ts';
import { rowStoreBytes, type RowStore } from './rowStore.ts';
import { sharp } from './sharpLoader.ts';

export interface EncodeOptions {
  readonly format: OutputFormat;
  /** 1…100; the format's default when it is left out. */
  readonly quality?: number;
  readonly lossless: boolean;
  /**
   * Describes the pixels and `background`'s place among them. Only JPEG XL has it inside its pixels; elsewhere it is spliced in
   * with the other metadata.
   */
  readonly icc?: Uint8Array | undefined;
  /** Whether a TIFF gets 64-bit offsets; by default, when its pixels need them. */
  readonly bigTiff?: boolean;
  /** `#rrggbb` behind transparency, for formats without alpha. */
  readonly background: string;
}

/** An encoded image, pixels only, in memory or in a scratch file. */
export type EncodedImage =
  { readonly kind: 'memory'; readonly bytes: Buffer } | { readonly kind: 'file'; readonly path: string };

/** Encoded results of stores above this are written to a file: they would not fit into memory along with the pixels. */
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

const LOSSLESS_QUALITY = 100;

/** What was requested, or the format's default; formats without loss do not need it. */
function qualityOf({ format, quality }: EncodeOptions): number {
  return quality ?? IMAGE_FORMATS[format].quality?.default ?? LOSSLESS_QUALITY;
}

function withFormat(pipeline: Sharp, store: RowStore, options: EncodeOptions): Sharp {
  const quality = qualityOf(options);
  switch (options.format) {
    case 'jpeg':
      // Optimised Huffman tables save 6% of the file and cost three times the time.
      return pipeline.jpeg({ quality, chromaSubsampling: '4:4:4', optimiseCoding: false });
    case 'png':
      // Level 3 with adaptive filters: 5% larger than level 6 in 40% of its time.
      return pipeline.png({ compressionLevel: 3, adaptiveFiltering: true });
    case 'webp':
      return pipeline.webp({ quality, lossless: options.lossless, effort: 2, smartSubsample: true });
    case 'avif':
      return pipeline.avif({
        quality,
        effort: 2,
        chromaSubsampling: '4:4:4',
        bitdepth: store.shape.bitDepth === 16 ? 10 : 8,
      });
    case 'jxl':
      throw new TypeError('JPEG XL is not encoded by libvips here.');
    case 'gif':
      return pipeline.gif({ dither: 1 });
    case 'tiff':
      return pipeline.tiff({
        compression: 'lzw',
        predictor: 'horizontal',
        bigtiff: options.bigTiff ?? rowStoreBytes(store.shape) > 2 ** 31,
      });
  }
}

/** libvips reports a full disk only in the text of its message. */
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

/** The image as it is written: grey or colour, with transparent areas filled if the format has none. */
function inOutputSpace(store: RowStore, { format, icc, background }: EncodeOptions): Sharp {
  const { channels, bitDepth } = store.shape;
  const isDeep = bitDepth === 16;
  const isFilled = hasAlphaChannel(channels) && !IMAGE_FORMATS[format].alpha;
  const grey = channels <= 2 && !(isFilled && !isGreyColour(background));
  const pipeline = pixelsOf(store);
  // libvips fills grey with the red value only, unless it is converted to colour first.
  if (isFilled && !grey) pipeline.pipelineColourspace(isDeep ? 'rgb16' : 'srgb');
  if (isFilled) pipeline.flatten({ background: backdropIn(icc, background) });
  // WebP has no grey; libvips converts it to colour by itself.
  return pipeline.toColourspace(isDeep ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb');
}

/** Always in memory: images that are too large for that were refused earlier. */
async function encodeJxl(store: RowStore, options: EncodeOptions): Promise<EncodedImage> {
  const image = store.read(0, store.shape.height);
  const quality = options.lossless ? LOSSLESS_QUALITY : qualityOf(options);
  const bytes = await encodeInThread({ kind: 'encode-jxl', image, icc: options.icc, quality });
  return { kind: 'memory', bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) };
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
  if (options.format === 'jxl') return encodeJxl(store, options);
  const encoder = withFormat(inOutputSpace(store, options), store, options);
  if (rowStoreBytes(store.shape) <= MEMORY_RESULT_BYTES)
    return { kind: 'memory', bytes: await encoder.toBuffer() };
  await makeFolder(path.dirname(scratchPath));
  await encoder.toFile(scratchPath).catch((error: unknown) => {
    throw writeFailure(scratchPath, error);
  });
  return { kind: 'file', path: scratchPath };
}
