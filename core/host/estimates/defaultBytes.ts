import type { OutputFormat } from '../../api/outputFormats.ts';

/**
 * Bytes for a pixel of a result at the default quality, until results of the format were written here: those of the images in
 * `examples`, enlarged by `enlarger run -i examples -s 4 -n fast -f FORMAT`.
 */
export const DEFAULT_BYTES_PER_PIXEL: Readonly<Record<OutputFormat, number>> = {
  jpeg: 0.28,
  png: 1.02,
  webp: 0.14,
  avif: 0.09,
  tiff: 1.12,
  jxl: 0.13,
  gif: 0.58,
};
