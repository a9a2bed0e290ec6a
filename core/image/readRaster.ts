import type { Raster } from '../api/image.ts';
import { decodeImage, inspectImage, type DecodeOptions } from './decode.ts';
import { readInput } from './readInput.ts';

/**
 * Reads an image file and decodes its first frame, upright.
 *
 * @throws EnlargerError `input/…` or `image/…`.
 */
export async function readRaster(file: string, options: DecodeOptions): Promise<Raster> {
  const { bytes, format } = await readInput(file);
  return decodeImage(await inspectImage(bytes, format, options), options);
}
