import { createRequire } from 'node:module';
import { EnlargerError } from '../../api/errors.ts';
import { bitDepthOf, type ChannelCount, type Raster, type Samples } from '../../api/image.ts';
import { damagedImage } from '../formats/damagedImage.ts';
import { assertDecodable } from '../formats/formatDecoder.ts';
import { BrokenLibraryError } from './brokenLibraryError.ts';
import type { CodecTask, DecodedImage } from './codecMessages.ts';
import { jxlSamples } from './jxlSamples.ts';

/** The part of wasm-vips that is called here. */
interface WasmImage {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly format: string;
  readonly interpretation: string;
  getTypeof(name: string): number;
  getInt(name: string): number;
  getBlob(name: string): Uint8Array;
  setBlob(name: string, value: Uint8Array): void;
  copy(options: { readonly interpretation: string }): WasmImage;
  jxlsaveBuffer(options: Readonly<Record<string, number | boolean | string>>): Uint8Array;
  writeToMemory(): Uint8Array;
  delete(): void;
}

interface WasmVips {
  readonly Cache: { max(entries: number): void };
  readonly Image: {
    newFromMemory(data: Samples, width: number, height: number, bands: number, format: string): WasmImage;
    jxlloadBuffer(bytes: Uint8Array, options: Readonly<Record<string, string>>): WasmImage;
  };
}

/** Encoders of higher effort save a few percent of the file and cost several times the time. */
const EFFORT = 4;

const LOSSLESS_QUALITY = 100;

let loading: Promise<WasmVips> | undefined;

async function load(): Promise<WasmVips> {
  const require = createRequire(import.meta.url);
  try {
    const open = require('wasm-vips') as (options: object) => Promise<WasmVips>;
    const vips = await open({ dynamicLibraries: ['vips-jxl.wasm'] });
    vips.Cache.max(0);
    return vips;
  } catch (error) {
    const message =
      'JPEG XL is not available: the optional package wasm-vips is not installed. Install the program again with it, or choose another format.';
    throw new EnlargerError('image/unsupported-format', message, {}, { cause: error });
  }
}

function library(): Promise<WasmVips> {
  return (loading ??= load());
}

/** The library's C++ exceptions are not JavaScript errors; their message is a list: a class, then what is wrong. */
function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  return [error.message].flat().join(': ').replace('vips::Error: ', '');
}

/** An error of the library as one of the program's errors. */
function jxlError(error: unknown): Error {
  if (error instanceof EnlargerError) return error;
  const text = messageOf(error);
  if (/failed to allocate|bad_alloc|unreachable|abort/i.test(text)) {
    const message =
      'The JPEG XL image needs more memory than its library may use. Choose a smaller size, or PNG.';
    return new BrokenLibraryError(new EnlargerError('image/too-large', message, {}, { cause: error }));
  }
  if (error instanceof Error && error.name === 'RuntimeError') return error; // its memory is in an unknown state
  const reason = text.trim().split('\n').at(-1) ?? text;
  return damagedImage(reason, error);
}

const SAMPLE_FORMATS = ['uchar', 'ushort', 'float'];

function numberIn(image: WasmImage, field: string, otherwise: number): number {
  return image.getTypeof(field) === 0 ? otherwise : image.getInt(field);
}

/**
 * Decodes a JPEG XL file's first frame, upright, in 8 or 16 bits. [Note: Profiles] The library describes every image by a
 * profile, also those in floating point, whose values are not linear unless the profile is.
 *
 * @throws EnlargerError `image/…`.
 */
export async function decodeJxl(bytes: Uint8Array, maxPixels: number): Promise<DecodedImage> {
  const vips = await library();
  try {
    const opened = vips.Image.jxlloadBuffer(bytes, { fail_on: 'truncated' });
    assertDecodable(opened, { maxPixels });
    const { width, height, bands, format } = opened;
    if (bands < 1 || bands > 4 || !SAMPLE_FORMATS.includes(format))
      throw new EnlargerError(
        'image/unsupported-pixels',
        `A JPEG XL image of ${bands} channels of the type "${format}" is not supported.`,
      );
    const { data, isClipped } = jxlSamples(opened.writeToMemory(), format);
    const hasProfile = opened.getTypeof('icc-profile-data') !== 0;
    const icc = hasProfile ? opened.getBlob('icc-profile-data').slice() : undefined;
    return {
      image: { width, height, channels: bands as ChannelCount, data },
      icc,
      frames: numberIn(opened, 'n-pages', 1),
      warnings: isClipped ? ['Floating-point values outside of 0 to 1 were cut off.'] : [],
    };
  } catch (error) {
    throw jxlError(error);
  }
}

function interpretationOf({ channels, data }: Raster): string {
  if (bitDepthOf(data) === 16) return channels <= 2 ? 'grey16' : 'rgb16';
  return channels <= 2 ? 'b-w' : 'srgb';
}

/**
 * Encodes an image as JPEG XL; quality 100 is without loss.
 *
 * @throws EnlargerError `image/too-large` for more than fits into the library's memory.
 */
export async function encodeJxl({
  image,
  icc,
  quality,
}: Extract<CodecTask, { kind: 'encode-jxl' }>): Promise<Uint8Array> {
  const vips = await library();
  try {
    const { width, height, channels, data } = image;
    const format = bitDepthOf(data) === 16 ? 'ushort' : 'uchar';
    const raw = vips.Image.newFromMemory(data, width, height, channels, format);
    const described = raw.copy({ interpretation: interpretationOf(image) });
    if (icc !== undefined) described.setBlob('icc-profile-data', icc);
    const rate = quality === LOSSLESS_QUALITY ? { lossless: true } : { Q: quality };
    const bytes = described.jxlsaveBuffer({ ...rate, effort: EFFORT, keep: 'icc' }).slice();
    described.delete();
    raw.delete();
    return bytes;
  } catch (error) {
    throw jxlError(error);
  }
}
