import { readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { pngChunks } from '../../../metadata/png/pngChunks.ts';
import type { HeaderFacts } from '../formatDecoder.ts';
import { exifOrientation } from '../../../metadata/exif/exifOrientation.ts';
import { uprightSize } from '../uprightSize.ts';

/** The size of a PNG, and the frames of an animated one, by the chunks before and after its pixels. */
export function pngHeader(source: ByteSource): HeaderFacts | undefined {
  const field = (start: number): number =>
    readUint(source.read(start, start + 4), { offset: 0, sizeBytes: 4, order: 'big' });
  let size;
  let frames = 1;
  let orientation: number | undefined;
  for (const { type, dataStart, dataEnd } of pngChunks(source)) {
    if (type === 'IHDR') size = { width: field(dataStart), height: field(dataStart + 4) };
    if (type === 'acTL') frames = Math.max(1, field(dataStart));
    if (type === 'eXIf') orientation = exifOrientation(source.read(dataStart, dataEnd));
  }
  return size && { size: uprightSize(size, orientation), frames };
}
