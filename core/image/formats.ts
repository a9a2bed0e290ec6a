import path from 'node:path';
import { EnlargerError } from '../api/errors.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../api/outputFormats.ts';
import type { Size } from '../api/image.ts';

/** HEIC is read where libvips was built with a decoder for it; the one that comes with the program was not. */
export type InputFormat = OutputFormat | 'gif' | 'heic';

interface FormatFacts {
  /** First is what we write. */
  readonly extensions: readonly string[];
  /** Largest side that the format (or its encoder) can hold. */
  readonly maxSidePx: number;
  readonly alpha: boolean;
  readonly sixteenBit: boolean;
  /** Whether images without colour are stored as such. */
  readonly grey: boolean;
}

export const FORMATS: Readonly<Record<OutputFormat, FormatFacts>> = {
  jpeg: {
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
    maxSidePx: 65_500,
    alpha: false,
    sixteenBit: false,
    grey: true,
  },
  png: { extensions: ['png'], maxSidePx: 2_147_483_647, alpha: true, sixteenBit: true, grey: true },
  webp: { extensions: ['webp'], maxSidePx: 16_383, alpha: true, sixteenBit: false, grey: false },
  avif: { extensions: ['avif'], maxSidePx: 16_384, alpha: true, sixteenBit: false, grey: true },
  tiff: { extensions: ['tif', 'tiff'], maxSidePx: 2_147_483_647, alpha: true, sixteenBit: true, grey: true },
};

/** File name endings of images that the program reads; files with others are left alone inside folders. */
export const PICTURE_EXTENSIONS: readonly string[] = [
  ...Object.values(FORMATS).flatMap((format) => format.extensions),
  'gif',
  'heic',
  'heif',
];

/** Whether a file's name ends like that of an image that the program reads. */
export function hasImageExtension(name: string): boolean {
  return PICTURE_EXTENSIONS.includes(path.extname(name).slice(1).toLowerCase());
}

/** The format that a file name asks for, or undefined for an ending we do not write. */
export function formatOfExtension(extension: string): OutputFormat | undefined {
  const wanted = extension.toLowerCase().replace(/^\./, '');
  return OUTPUT_FORMATS.find((format) => FORMATS[format].extensions.includes(wanted));
}

/** What an image of some format is written as, when the user asked for the same format. */
export function sameFormat(input: InputFormat): OutputFormat {
  if (input === 'gif') return 'png';
  return input === 'heic' ? 'jpeg' : input;
}

/** @throws EnlargerError `size/too-large-for-format`, before any work is done for nothing. */
export function assertFits(size: Size, format: OutputFormat): void {
  const { maxSidePx } = FORMATS[format];
  if (size.width <= maxSidePx && size.height <= maxSidePx) return;
  throw new EnlargerError(
    'size/too-large-for-format',
    `The result would be ${size.width} × ${size.height} px, but ${format.toUpperCase()} ends at ${maxSidePx} px a side. ` +
      'Choose --format png or tiff, or a smaller size.',
    { width: size.width, height: size.height, maxSidePx, format },
  );
}
