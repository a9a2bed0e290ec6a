import { EnlargerError } from '../../api/errors.ts';
import { megapixelText, type Size } from '../../api/image.ts';
import type { InputFormat } from '../../api/imageFormats.ts';
import type { ByteSource } from '../../metadata/byteSource.ts';
import type { DescribedColour } from '../colour/codePoints.ts';

/** A file to be decoded: parts of it at any time, the whole of it when a decoder needs it. */
export interface InputBytes {
  readonly source: ByteSource;
  readonly whole: () => Buffer;
}

export interface DecodeLimits {
  /** Images with more pixels are refused before a pixel is decoded. */
  readonly maxPixels: number;
}

/** A file prepared for libvips. */
export interface Preparation {
  /** What libvips decodes; undefined if that is the file itself. */
  readonly bytes?: Buffer | undefined;
  /** How many pages or frames the file has, as far as the format's own decoder counts them. */
  readonly pages?: number;
  /** A description of colour that libvips does not read. */
  readonly colour?: DescribedColour | undefined;
  /** Where the image's metadata are, if not in the file itself. */
  readonly metadataFrom?: { readonly format: InputFormat; readonly bytes: Uint8Array } | undefined;
  /** Sentences for the user: what could not be kept, or which part of the file was enlarged. */
  readonly warnings: readonly string[];
}

/** What a header contains that the size of the work depends on. */
export interface HeaderFacts {
  /** Upright; of the first page or frame. */
  readonly size: Size;
  /** Pages or frames. */
  readonly frames: number;
}

/**
 * A format that is read. [Note: Adding a format] A row in `core/api/imageFormats.ts`, a folder here with this, and a line in
 * `registry.ts`: everything that opens images then reads it.
 */
export interface FormatDecoder {
  readonly format: InputFormat;
  /** Whether a file is of this format, by its bytes alone: names are wrong too often. Reads as little as it can. */
  readonly matches: (source: ByteSource) => boolean;
  /**
   * Reads the size from the file's header, without decoding. Omitted by formats that cannot; undefined for a file that
   * does not contain it where it is expected.
   */
  readonly header?: (source: ByteSource) => HeaderFacts | undefined;
  /**
   * Prepares the file for libvips. Formats that libvips reads directly omit it.
   *
   * @param page Which page, from 0.
   * @throws EnlargerError `image/…`.
   */
  readonly prepare?: (
    file: InputBytes,
    limits: DecodeLimits,
    page?: number,
  ) => Promise<Preparation | undefined>;
}

export function tooManyPixels(message: string, { maxPixels }: DecodeLimits, cause?: unknown): EnlargerError {
  const advice = `Raise --max-megapixels (now ${megapixelText(maxPixels)}) if you trust the file and have the memory.`;
  return new EnlargerError('image/too-large', `${message} ${advice}`, { maxPixels }, { cause });
}

/** @throws EnlargerError `image/corrupt` for an image without pixels, `image/too-large` for one with too many. */
export function assertDecodable({ width, height }: Size, limits: DecodeLimits): void {
  if (!(width >= 1 && height >= 1)) throw new EnlargerError('image/corrupt', 'The image has no pixels.');
  if (width * height > limits.maxPixels)
    throw tooManyPixels(`The image has ${width} × ${height} px.`, limits);
}

/** One character per byte of a file's start. */
export function headText(source: ByteSource, start: number, end: number): string {
  return String.fromCharCode(...source.read(start, end));
}
