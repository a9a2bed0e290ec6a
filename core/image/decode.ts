import type { Metadata, Sharp } from 'sharp';
import { EnlargerError } from '../api/errors.ts';
import type { ChannelCount, Raster, Rect, Samples, Size } from '../api/image.ts';
import type { InputFormat } from './formats.ts';
import { sharp } from './sharpLoader.ts';

/** `keep`: pixel values and colour profile as they are; `srgb`: converted to sRGB by the embedded profile. */
export type ColourPolicy = 'keep' | 'srgb';

export interface DecodeOptions {
  readonly colour: ColourPolicy;
  /** Images with more pixels are refused before a pixel is decoded. */
  readonly maxPixels: number;
}

/** What a file says of itself before a pixel is decoded. */
export interface ImageFacts {
  /** Upright (orientation applied). */
  readonly size: Size;
  readonly channels: number;
  readonly bitDepth: 8 | 16;
  /** Whether the file's colour profile still describes the pixels. */
  readonly profileApplies: boolean;
  /** WebP only: whether the file was compressed without loss. */
  readonly lossless: boolean;
  /** Sentences for people: what of the file could not be kept. */
  readonly warnings: readonly string[];
}

const DECODE_TIMEOUT_SECONDS = 120;

/** Colour models whose values we enlarge as they are; all others are converted to sRGB first. */
const KEPT_SPACES: readonly string[] = ['srgb', 'rgb16', 'rgb', 'b-w', 'grey16'];

function open(bytes: Buffer, options: DecodeOptions, ignoreIcc: boolean): Sharp {
  return sharp(bytes, {
    failOn: 'warning',
    limitInputPixels: options.maxPixels,
    limitInputChannels: 5,
    sequentialRead: true,
    pages: 1,
    ignoreIcc,
  }).timeout({ seconds: DECODE_TIMEOUT_SECONDS });
}

/** What sharp threw, in the words and codes of the program. */
export function decodeError(error: unknown, options: Pick<DecodeOptions, 'maxPixels'>): EnlargerError {
  if (error instanceof EnlargerError) return error;
  const text = error instanceof Error ? error.message : String(error);
  // libvips and sharp tell these apart by text alone.
  if (/exceeds pixel limit|dimensions? .*(too large|exceed)|image too (large|big)/i.test(text)) {
    return tooManyPixels(`The image has more than ${options.maxPixels} pixels.`, options, error);
  }
  if (/timeout/i.test(text)) {
    const message = `The image could not be decoded within ${DECODE_TIMEOUT_SECONDS} s.`;
    return new EnlargerError('image/timeout', message, {}, { cause: error });
  }
  if (/compression format has not been built in|Unsupported codec/i.test(text)) {
    const message =
      'The image is compressed in a way that is not read here (HEIC). Convert it to JPEG or PNG first.';
    return new EnlargerError('image/unsupported-format', message, {}, { cause: error });
  }
  if (/unsupported image format|not a known file format|bad seek/i.test(text)) {
    const message = `The file cannot be read as an image: ${text.split('\n')[0] ?? text}`;
    return new EnlargerError('image/corrupt', message, {}, { cause: error });
  }
  const message = `The image is damaged: ${text
    .trim()
    .replace(/:$/, '')
    .replace(/\s*\n\s*/g, '; ')}.`;
  return new EnlargerError('image/corrupt', message, {}, { cause: error });
}

function tooManyPixels(
  message: string,
  options: Pick<DecodeOptions, 'maxPixels'>,
  cause?: unknown,
): EnlargerError {
  const limit = Math.round(options.maxPixels / 1e6);
  const advice = `Raise --max-megapixels (now ${limit}) if you trust the file and have the memory.`;
  return new EnlargerError(
    'image/too-large',
    `${message} ${advice}`,
    { maxPixels: options.maxPixels },
    { cause },
  );
}

function assertPixels(metadata: Metadata, options: DecodeOptions): void {
  const { width, height } = metadata;
  if (width < 1 || height < 1) throw new EnlargerError('image/corrupt', 'The image has no pixels.');
  if (width * height > options.maxPixels) {
    throw tooManyPixels(`The image has ${width} × ${height} px.`, options);
  }
  if (!['uchar', 'ushort'].includes(metadata.depth)) {
    const message = `Pixels of the type "${metadata.depth}" are not read; 8 and 16 bit are.`;
    throw new EnlargerError('image/unsupported-pixels', message, { depth: metadata.depth });
  }
}

function isAnimatedPng(bytes: Buffer): boolean {
  // The animation control chunk has to stand before the first image data (PNG, third edition, 11.3.6).
  const imageData = bytes.indexOf('IDAT');
  const control = bytes.indexOf('acTL');
  return control >= 0 && control < imageData;
}

function pageWarning(format: InputFormat, metadata: Metadata, bytes: Buffer): string[] {
  const pages = metadata.pages ?? 1;
  if (format === 'tiff') return pages > 1 ? [`Only the first of ${pages} pages is enlarged.`] : [];
  if (pages > 1) return [`Only the first of ${pages} frames is enlarged.`];
  return format === 'png' && isAnimatedPng(bytes)
    ? ['Only the first frame of the animation is enlarged.']
    : [];
}

function toChannelCount(channels: number): ChannelCount {
  if (channels === 1 || channels === 2 || channels === 3 || channels === 4) return channels;
  throw new EnlargerError('image/unsupported-pixels', `Images of ${channels} channels are not read.`, {
    channels,
  });
}

function toSamples(data: Buffer, bitDepth: 8 | 16): Samples {
  if (bitDepth === 8) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  // A pooled buffer may begin at an odd byte.
  const aligned = data.byteOffset % 2 === 0 ? data : Buffer.copyBytesFrom(data);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}

/**
 * The working space of the decoder. sharp drops the alpha of 8-bit grey on the way out (lovell/sharp, pipeline.cc, "raw"
 * output), so grey with alpha goes through colour there.
 */
function workingSpace({ channels, bitDepth }: ImageFacts): 'grey16' | 'rgb16' | 'b-w' | 'srgb' {
  if (bitDepth === 16) return channels <= 2 ? 'grey16' : 'rgb16';
  return channels === 1 ? 'b-w' : 'srgb';
}

/** Grey with alpha out of colour with alpha whose three colours are equal. */
function firstAndLast(colour: Samples): Samples {
  return colour.filter((_, index) => index % 4 === 0 || index % 4 === 3);
}

/**
 * Reads an image's header.
 *
 * @throws EnlargerError `image/…`, also for images over the limit.
 */
export async function inspectImage(
  bytes: Buffer,
  format: InputFormat,
  options: DecodeOptions,
): Promise<ImageFacts> {
  try {
    const metadata = await open(bytes, options, false).metadata();
    assertPixels(metadata, options);
    const kept = KEPT_SPACES.includes(metadata.space);
    const warnings = pageWarning(format, metadata, bytes);
    if (!kept) warnings.push(`The colours were converted from ${metadata.space.toUpperCase()} to sRGB.`);
    return {
      size: { width: metadata.autoOrient.width, height: metadata.autoOrient.height },
      channels: metadata.channels,
      bitDepth: metadata.depth === 'ushort' ? 16 : 8,
      profileApplies: kept && options.colour === 'keep',
      lossless: format === 'webp' && bytes.includes('VP8L'),
      warnings,
    };
  } catch (error) {
    throw decodeError(error, options);
  }
}

/**
 * Decodes an image's first frame, upright, in 8 or 16 bit. Grey stays grey; CMYK and other models that no screen
 * shows become sRGB by their profile.
 *
 * @param region Part of the upright image to decode; rows below it are not even read.
 * @throws EnlargerError `image/…`.
 */
export async function decodeImage(
  bytes: Buffer,
  facts: ImageFacts,
  options: DecodeOptions,
  region: Rect = { x: 0, y: 0, ...facts.size },
): Promise<Raster> {
  try {
    const upright = open(bytes, options, facts.profileApplies).autoOrient();
    const { x, y, ...size } = region;
    const isWhole = size.width === facts.size.width && size.height === facts.size.height;
    const { data, info } = await (isWhole ? upright : upright.extract({ left: x, top: y, ...size }))
      .toColourspace(workingSpace(facts))
      .raw({ depth: facts.bitDepth === 16 ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const samples = toSamples(data, facts.bitDepth);
    if (facts.channels === 2 && info.channels === 4) {
      return { width, height, channels: 2, data: firstAndLast(samples) };
    }
    return { width, height, channels: toChannelCount(info.channels), data: samples };
  } catch (error) {
    throw decodeError(error, options);
  }
}
