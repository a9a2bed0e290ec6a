import { bitDepthOf, type Raster } from '../api/image.ts';
import { rawTiffHeader, type RawTiffOptions } from './rawTiff.ts';

/**
 * Decoded pixels as a file that libvips reads: an uncompressed TIFF in memory. So our decoders need nothing else, and
 * profiles, orientation, thumbnails and crops are handled as for any other file.
 */
export function rasterFile(image: Raster, options: RawTiffOptions = {}): Buffer {
  const { width, height, channels, data } = image;
  const header = rawTiffHeader({ width, height, channels, bitDepth: bitDepthOf(data) }, options);
  return Buffer.concat([header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}
