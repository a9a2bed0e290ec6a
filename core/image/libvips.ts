import type { Metadata, Sharp } from 'sharp';
import { EnlargerError } from '../api/errors.ts';
import type { ChannelCount, Raster, Rect, Samples } from '../api/image.ts';
import type { InkRaster } from './colour/inksToRgb.ts';
import { rgbProfileOfGrey } from './colour/makeProfile.ts';
import { damagedImage } from './formats/damagedImage.ts';
import { tooManyPixels, type DecodeLimits } from './formats/formatDecoder.ts';
import { repairChecksum, WRONG_CHECKSUM } from './formats/png/repairChecksum.ts';
import { rasterFile } from './rasterFile.ts';
import { sharp } from './sharpLoader.ts';

const DECODE_TIMEOUT_SECONDS = 120;

/** Opens a file in memory; any damage to its pixels is an error. */
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

/** What sharp threw, as one of the program's errors. */
export function decodeError(error: unknown, limits: DecodeLimits, file?: Buffer): EnlargerError {
  if (error instanceof EnlargerError) return error;
  const text = error instanceof Error ? error.message : String(error);
  // libvips and sharp distinguish these by text alone.
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
  return damagedImage(sentences(text), error, file);
}

/** The library repeats its message for every damaged row. */
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
  /** How many bits of 16 the file really has: libvips leaves those below them zero. */
  readonly storedBits?: number | undefined;
  /** Keeps values as they are, instead of converting them to sRGB by the file's profile. */
  readonly ignoreIcc: boolean;
  /** Whether the file has a profile, by which its values become sRGB unless they are kept. */
  readonly hasProfile?: boolean;
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

/** Samples of 10 or 12 bits over the whole range of 16, so that white is white. In place. */
function filled(samples: Samples, storedBits = 16): Samples {
  if (samples instanceof Uint8Array || storedBits <= 8 || storedBits >= 16) return samples;
  const shift = 16 - storedBits;
  const peak = 2 ** storedBits - 1;
  for (let index = 0; index < samples.length; index++)
    samples[index] = Math.round(((samples[index]! >> shift) * 65535) / peak);
  return samples;
}

/** The real depth of an AVIF's samples; other formats fill their range. */
export function storedBitsOf({ format, bitsPerSample }: Metadata): number | undefined {
  return format === 'heif' ? bitsPerSample : undefined;
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

/**
 * [Note: Deep colour by profile] sharp takes images of 16 bits to Display P3 instead of sRGB, and grey ones nowhere (lovell/sharp,
 * pipeline.cc, "processingProfile"). With a profile for the result, which need not be attached, colour arrives in sRGB; grey
 * gets there as colour.
 */
function inSrgb(image: Sharp, options: PixelOptions): Sharp {
  return isDeepConversion(options) ? image.withIccProfile('srgb', { attach: false }) : image;
}

function isDeepConversion({ bitDepth, ignoreIcc, hasProfile = false }: PixelOptions): boolean {
  return bitDepth === 16 && hasProfile && !ignoreIcc;
}

/** Grey of 16 bits as colour with a profile of the same curve; undefined when its profile has none. */
async function greyAsColour(bytes: Buffer, options: PixelOptions): Promise<Buffer | undefined> {
  const { icc } = await openStrictly(bytes, options.maxPixels).metadata();
  const profile = icc && rgbProfileOfGrey(icc);
  if (profile === undefined) return undefined;
  const { width, height, channels, data } = await decodePixels(bytes, { ...options, ignoreIcc: true });
  const wide = channels === 2 ? 4 : 3;
  const colour = new Uint16Array(width * height * wide);
  for (let pixel = 0; pixel < width * height; pixel++) {
    colour.fill(data[pixel * channels]!, pixel * wide, pixel * wide + 3);
    if (channels === 2) colour[pixel * 4 + 3] = data[pixel * 2 + 1]!;
  }
  return rasterFile({ width, height, channels: wide, data: colour }, { icc: profile });
}

/** Grey out of colour whose three colours are equal. */
function asGrey({ width, height, channels, data }: Raster): Raster {
  if (channels === 4) return { width, height, channels: 2, data: firstAndLast(data) };
  return { width, height, channels: 1, data: data.filter((_, index) => index % 3 === 0) };
}

async function decodePixels(bytes: Buffer, options: PixelOptions): Promise<Raster> {
  const { channels, bitDepth, region } = options;
  if (channels <= 2 && isDeepConversion(options)) {
    const colour = await greyAsColour(bytes, options);
    if (colour !== undefined)
      return asGrey(
        await decodePixels(colour, {
          ...options,
          channels: channels + 2,
          region: undefined,
          storedBits: undefined,
        }),
      );
  }
  const upright = openStrictly(bytes, options.maxPixels, options.ignoreIcc).autoOrient();
  const cut =
    region && upright.extract({ left: region.x, top: region.y, width: region.width, height: region.height });
  const { data, info } = await inSrgb(cut ?? upright, options)
    .toColourspace(workingSpace(options))
    .raw({ depth: bitDepth === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const samples = filled(toSamples(data, bitDepth), options.storedBits);
  if (channels === 2 && info.channels === 4)
    return { width, height, channels: 2, data: firstAndLast(samples) };
  return { width, height, channels: toChannelCount(info.channels), data: samples };
}

/** Pixels, and sentences for people on errors of their file that were ignored. */
export interface DecodedRaster extends Raster {
  readonly warnings: readonly string[];
}

/** Decodes pixels, upright. What sharp throws is passed on as it is. */
export async function readPixels(bytes: Buffer, options: PixelOptions): Promise<DecodedRaster> {
  try {
    return { ...(await decodePixels(bytes, options)), warnings: [] };
  } catch (error) {
    const repaired = repairChecksum(bytes, options);
    if (repaired === undefined) throw error;
    return { ...(await decodePixels(repaired, options)), warnings: [WRONG_CHECKSUM] };
  }
}

/** Decodes CMYK as it is stored, upright. What sharp throws is passed on as it is. */
export async function readInks(bytes: Buffer, maxPixels: number, bitDepth: 8 | 16): Promise<InkRaster> {
  const { data, info } = await openStrictly(bytes, maxPixels, true)
    .autoOrient()
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw({ depth: bitDepth === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, channels: info.channels === 4 ? 4 : 5, data: toSamples(data, bitDepth) };
}
