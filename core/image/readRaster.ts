import type { Raster } from '../api/picture.ts';
import { decodePicture, inspectPicture, type DecodeOptions } from './decode.ts';
import { readInput } from './readInput.ts';

/**
 * Reads a picture file and decodes its first frame, upright.
 *
 * @throws EnhancerError `input/…` or `image/…`.
 */
export async function readRaster(file: string, options: DecodeOptions): Promise<Raster> {
  const { bytes, format } = await readInput(file);
  return decodePicture(bytes, await inspectPicture(bytes, format, options), options);
}
