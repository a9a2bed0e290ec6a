import { writeFile } from 'node:fs/promises';
import type { Raster } from '../../api/image.ts';
import { assembleSegments, bytesSource, embedMetadata } from '../../metadata/embedMetadata.ts';
import { sharp } from '../sharpLoader.ts';

/**
 * Writes 8-bit pixels as PNG for the screen: quickly, without loss, and with the profile that describes them.
 *
 * @param icc The pixels' colour profile; none for sRGB.
 */
export async function writeDisplayPng(
  { width, height, channels, data }: Raster,
  icc: Uint8Array | undefined,
  target: string,
): Promise<void> {
  const encoded = await sharp(data, { raw: { width, height, channels } })
    .toColourspace(channels <= 2 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 1 })
    .toBuffer();
  const source = bytesSource(encoded);
  const { segments } = embedMetadata('png', source, icc === undefined ? {} : { icc });
  await writeFile(target, assembleSegments(source, segments), { mode: 0o600 });
}
