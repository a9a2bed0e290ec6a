import { EnlargerError } from './errors.ts';
import type { Size } from './image.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './outputFormats.ts';

/** The formats that are read. Raw files are read as the camera's preview inside them. */
export const INPUT_FORMATS = [...OUTPUT_FORMATS, 'heic', 'raw', 'bmp'] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number];

/** How strongly a format compresses with loss. */
export interface QualityRange {
  readonly min: number;
  readonly max: number;
  /** High, so that detail that was just computed is not lost again. */
  readonly default: number;
  /** Whether the highest quality is without any loss. */
  readonly isLosslessAtMax: boolean;
}

/** Everything about a format that is the same everywhere: window, command line, encoder, report. */
export interface ImageFormatFacts {
  /** Its usual spelling. */
  readonly name: string;
  /** Lower case, without the dot; the first is the one that is written. */
  readonly extensions: readonly string[];
  readonly mimeType: string;
  /** What an image of this format becomes when the same format is requested. */
  readonly writtenAs: OutputFormat;
  /** The largest bit depth that is read, and that is written; deeper images are converted to it. */
  readonly bits: { readonly read: 8 | 16; readonly written?: 8 | 10 | 16 };
  readonly alpha: boolean;
  /** How many levels of transparency it has, if they are fewer than those of colour. */
  readonly alphaLevels?: 2;
  /** Whether a colour profile can be kept in it. */
  readonly profiles: boolean;
  /** Whether grey images are stored with one channel. */
  readonly grey: boolean;
  /** How animations, and pages after the first, are read. */
  readonly animation: 'none' | 'first-frame' | 'all-frames';
  readonly pages: 'none' | 'all-pages';
  /** Largest side that the format, or its encoder, supports. */
  readonly maxSidePx: number;
  /** Maximum number of pixels that fit into the encoder's memory, if that is less than the sides allow. */
  readonly maxPixels?: number;
  /** Missing for formats without loss, and for those that are not written. */
  readonly quality?: QualityRange;
  /** The optional package that reads and writes it. */
  readonly package?: 'libheif-js' | 'wasm-vips';
}

const UNLIMITED_PX = 2_147_483_647;

function lossy(quality: number, isLosslessAtMax = false): QualityRange {
  return { min: 1, max: 100, default: quality, isLosslessAtMax };
}

export const IMAGE_FORMATS: Readonly<Record<InputFormat, ImageFormatFacts>> = {
  jpeg: {
    name: 'JPEG',
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
    mimeType: 'image/jpeg',
    writtenAs: 'jpeg',
    bits: { read: 8, written: 8 },
    alpha: false,
    profiles: true,
    grey: true,
    animation: 'none',
    pages: 'none',
    maxSidePx: 65_500,
    quality: lossy(95),
  },
  png: {
    name: 'PNG',
    extensions: ['png', 'apng'],
    mimeType: 'image/png',
    writtenAs: 'png',
    bits: { read: 16, written: 16 },
    alpha: true,
    profiles: true,
    grey: true,
    animation: 'all-frames',
    pages: 'none',
    maxSidePx: UNLIMITED_PX,
  },
  webp: {
    name: 'WebP',
    extensions: ['webp'],
    mimeType: 'image/webp',
    writtenAs: 'webp',
    bits: { read: 8, written: 8 },
    alpha: true,
    profiles: true,
    grey: false,
    animation: 'all-frames',
    pages: 'none',
    maxSidePx: 16_383,
    quality: lossy(92),
  },
  avif: {
    name: 'AVIF',
    extensions: ['avif'],
    mimeType: 'image/avif',
    writtenAs: 'avif',
    bits: { read: 16, written: 10 },
    alpha: true,
    profiles: true,
    grey: true,
    animation: 'first-frame',
    pages: 'none',
    maxSidePx: 16_384,
    quality: lossy(75),
  },
  tiff: {
    name: 'TIFF',
    extensions: ['tif', 'tiff'],
    mimeType: 'image/tiff',
    writtenAs: 'tiff',
    bits: { read: 16, written: 16 },
    alpha: true,
    profiles: true,
    grey: true,
    animation: 'none',
    pages: 'all-pages',
    maxSidePx: UNLIMITED_PX,
  },
  jxl: {
    name: 'JPEG XL',
    extensions: ['jxl'],
    mimeType: 'image/jxl',
    writtenAs: 'jxl',
    bits: { read: 16, written: 16 },
    alpha: true,
    profiles: true,
    grey: true,
    animation: 'first-frame',
    pages: 'none',
    maxSidePx: 65_535,
    maxPixels: 24e6, // what fits into the library's 2 GB along with its own working memory
    quality: lossy(90, true),
    package: 'wasm-vips',
  },
  gif: {
    name: 'GIF',
    extensions: ['gif'],
    mimeType: 'image/gif',
    writtenAs: 'gif',
    bits: { read: 8, written: 8 },
    alpha: true,
    alphaLevels: 2,
    profiles: false,
    grey: false,
    animation: 'all-frames',
    pages: 'none',
    maxSidePx: 65_535,
  },
  heic: {
    name: 'HEIC',
    extensions: ['heic', 'heif', 'hif'],
    mimeType: 'image/heic',
    writtenAs: 'jpeg',
    bits: { read: 16 },
    alpha: true,
    profiles: true,
    grey: true,
    animation: 'first-frame',
    pages: 'none',
    maxSidePx: UNLIMITED_PX,
    package: 'libheif-js',
  },
  raw: {
    name: 'camera raw',
    extensions: ['dng', 'cr2', 'cr3', 'nef', 'nrw', 'arw', 'sr2', 'rw2', 'orf', 'raf', 'pef', 'srw'],
    mimeType: 'image/x-dcraw',
    writtenAs: 'jpeg',
    bits: { read: 8 },
    alpha: false,
    profiles: true,
    grey: false,
    animation: 'none',
    pages: 'none',
    maxSidePx: 65_500,
  },
  bmp: {
    name: 'BMP',
    extensions: ['bmp', 'dib'],
    mimeType: 'image/bmp',
    writtenAs: 'png',
    bits: { read: 8 },
    alpha: true,
    profiles: true,
    grey: false,
    animation: 'none',
    pages: 'none',
    maxSidePx: UNLIMITED_PX,
  },
};

/** Extensions of images that are read; files with other extensions are ignored in folders. */
export const IMAGE_EXTENSIONS: readonly string[] = INPUT_FORMATS.flatMap(
  (format) => IMAGE_FORMATS[format].extensions,
);

/** The names of all formats that are read, for a sentence: "JPEG, PNG, … and BMP". */
export function readableFormatNames(): string {
  const names = INPUT_FORMATS.map((format) => IMAGE_FORMATS[format].name);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** The extension of a file name, lower case and without its dot; empty if it has none. */
export function extensionOf(fileName: string): string {
  return /[^/\\]\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
}

/** Whether a file name has the extension of an image format that is read. */
export function hasImageExtension(fileName: string): boolean {
  return IMAGE_EXTENSIONS.includes(extensionOf(fileName));
}

/** The format that is written for a file name extension, with or without its dot; undefined for others. */
export function formatOfExtension(extension: string): OutputFormat | undefined {
  const wanted = extension.toLowerCase().replace(/^\./, '');
  return OUTPUT_FORMATS.find((format) => IMAGE_FORMATS[format].extensions.includes(wanted));
}

/** @throws EnlargerError `size/too-large-for-format`, before any work is wasted. */
export function assertFits(size: Size, format: OutputFormat): void {
  const { name, maxSidePx, maxPixels = Infinity } = IMAGE_FORMATS[format];
  const { width, height } = size;
  if (width <= maxSidePx && height <= maxSidePx && width * height <= maxPixels) return;
  const limit = width * height > maxPixels ? `${maxPixels / 1e6} megapixels` : `${maxSidePx} px a side`;
  throw new EnlargerError(
    'size/too-large-for-format',
    `The result would be ${width} × ${height} px, but ${name} is limited to ${limit}. ` +
      'Choose --format png or tiff, or a smaller size.',
    { width, height, maxSidePx, format },
  );
}
