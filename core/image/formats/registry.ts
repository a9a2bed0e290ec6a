import type { InputFormat } from '../../api/imageFormats.ts';
import { avifFormat } from './avif/avifFormat.ts';
import { bmpFormat } from './bmp/bmpFormat.ts';
import type { FormatDecoder } from './formatDecoder.ts';
import { gifFormat } from './gif/gifFormat.ts';
import { heicFormat } from './heic/heicFormat.ts';
import { jpegFormat } from './jpeg/jpegFormat.ts';
import { jxlFormat } from './jxl/jxlFormat.ts';
import { pngFormat } from './png/pngFormat.ts';
import { rawFormat } from './raw/rawFormat.ts';
import { tiffFormat } from './tiff/tiffFormat.ts';
import { webpFormat } from './webp/webpFormat.ts';

/** The formats that are read, in the order in which they are tried: a raw file is a TIFF too, and an AVIF a HEIF. */
export const FORMAT_DECODERS: readonly FormatDecoder[] = [
  jpegFormat,
  pngFormat,
  webpFormat,
  gifFormat,
  rawFormat,
  tiffFormat,
  avifFormat,
  heicFormat,
  jxlFormat,
  bmpFormat,
];

/** @throws RangeError for a format without a decoder: our bug, as the table and this list belong together. */
export function decoderOf(format: InputFormat): FormatDecoder {
  const decoder = FORMAT_DECODERS.find((one) => one.format === format);
  if (decoder === undefined) throw new RangeError(`There is no decoder for ${format}.`);
  return decoder;
}
