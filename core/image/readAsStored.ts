import type { DecodeLimits } from './formats/formatDecoder.ts';
import { assertSamples, openStrictly, readPixels, storedBitsOf, type DecodedRaster } from './libvips.ts';

/** Decodes pixels without applying their profile, upright. What sharp throws is passed on as it is. */
export async function readAsStored(bytes: Buffer, { maxPixels }: DecodeLimits): Promise<DecodedRaster> {
  const metadata = await openStrictly(bytes, maxPixels).metadata();
  assertSamples(metadata);
  return readPixels(bytes, {
    maxPixels,
    channels: metadata.channels,
    bitDepth: metadata.depth === 'ushort' ? 16 : 8,
    storedBits: storedBitsOf(metadata),
    ignoreIcc: true,
  });
}
