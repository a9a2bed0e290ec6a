import type { Metadata, Sharp } from 'sharp';
import { EnlargerError } from '../api/errors.ts';
import type { ChannelCount, Raster, Rect, Samples } from '../api/image.ts';
import { tooManyPixels, type DecodeLimits } from './formats/formatDecoder.ts';
import { sharp } from './sharpLoader.ts';

const DECODE_TIMEOUT_SECONDS = 120;

/** Opens a file in memory; whatever is wrong with its pixels is an error. */
export function openStrictly(bytes: Buffer, maxPixels: number, ignoreIcc = false): Sharp {
  return sharp(bytes, {
    failOn: 'warning',
    limitInputPixels: Number.isFinite(maxPixels) ? maxPixels : false,
    limitInputChannels: 5,
    sequentialRead: true,
    pages: 1,
    ignoreIcc,
  }).timeout({ seconds: DECODE_TIMEOUT_SECONDS });
}

/** What sharp threw, in the words and codes of the program. */
export function decodeError(error: unknown, limits: DecodeLimits): EnlargerError {
  if (error instanceof EnlargerError) return error;
  const text = error instanceof Error ? error.message : String(error);
  // libvips and sharp tell these apart by text alone.
  if (/exceeds pixel limit|dimensions? .*(too large|exceed)|image too (large|big)/i.test(text)) {
    return tooManyPixels(`The image has more than ${limits.maxPixels} pixels.`, limits, error);
  }
  if (/timeout/i.test(text)) {
    const message = `The image could not be decoded within ${DECODE_TIMEOUT_SECONDS} s.`;
    return new EnlargerError('image/timeout', message, {}, { cause: error });
  }
  if (
    /compression format has not been built in|Unsupported codec|not configured|is not implemented/i.test(text)
  ) {
    const message =
      'The image is compressed in a way that is not supported. Convert it to JPEG or PNG first.';
    return new EnlargerError('image/unsupported-format', message, {}, { cause: error });
  }
  if (/unsupported image format|not a known file format|bad seek/i.test(text)) {
    const message = `The file cannot be read as an image: ${text.split('\n')[0] ?? text}`;
    return new EnlargerError('image/corrupt', message, {}, { cause: error });
  }
  return new EnlargerError(
    'image/corrupt',
    `The image is damaged: ${sentences(text)}.`,
    {},
    { cause: error },
  );
}

/** The library repeats itself for each row that is wrong. */
function sentences(text: string): string {
  const lines = text
    .trim()
    .replace(/:$/, '')
    .split(/\s*\n\s*/);
  return [...new Set(lines)].slice(0, 3).join('; ');
}

/** @throws EnlargerError `image/unsupported-pixels` for sample types that libvips has and we do not. */
export function assertSamples(metadata: Metadata): void {
  if (['uchar', 'ushort'].includes(metadata.depth)) return;
  const message = `Pixels of the type "${metadata.depth}" are not supported; 8 and 16 bits are.`;
  throw new EnlargerError('image/unsupported-pixels', message, { depth: metadata.depth });
}

/** How pixels are to be read. */
export interface PixelOptions {
  readonly maxPixels: number;
  /** The file's channels and depth. */
  readonly channels: number;
  readonly bitDepth: 8 | 16;
  /** Keeps values as they are, instead of converting them to sRGB by the file's profile. */
  readonly ignoreIcc: boolean;
  /** Part of the upright image to decode; rows below it are not even read. */
  readonly region?: Rect | undefined;
}

function toChannelCount(channels: number): ChannelCount {
  if (channels === 1 || channels === 2 || channels === 3 || channels === 4) return channels;
  throw new EnlargerError('image/unsupported-pixels', `Images of ${channels} channels are not supported.`, {
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
function workingSpace({ channels, bitDepth }: PixelOptions): 'grey16' | 'rgb16' | 'b-w' | 'srgb' {
  if (bitDepth === 16) return channels <= 2 ? 'grey16' : 'rgb16';
  return channels === 1 ? 'b-w' : 'srgb';
}

/** Grey with alpha out of colour with alpha whose three colours are equal. */
function firstAndLast(colour: Samples): Samples {
  return colour.filter((_, index) => index % 4 === 0 || index % 4 === 3);
}

/** Decodes pixels, upright. What sharp throws is passed on as it is. */
export async function readPixels(bytes: Buffer, options: PixelOptions): Promise<Raster> {
  const { channels, bitDepth, region } = options;
  const upright = openStrictly(bytes, options.maxPixels, options.ignoreIcc).autoOrient();
  const cut =
    region && upright.extract({ left: region.x, top: region.y, width: region.width, height: region.height });
  const { data, info } = await (cut ?? upright)
    .toColourspace(workingSpace(options))
    .raw({ depth: bitDepth === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const samples = toSamples(data, bitDepth);
  if (channels === 2 && info.channels === 4)
    return { width, height, channels: 2, data: firstAndLast(samples) };
  return { width, height, channels: toChannelCount(info.channels), data: samples };
}
