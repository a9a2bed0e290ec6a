import { readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { readWebpChunks, type RiffChunk } from '../../../metadata/webp/riffChunks.ts';
import type { Size } from '../../../api/image.ts';
import type { HeaderFacts } from '../formatDecoder.ts';
import { exifOrientation } from '../../../metadata/exif/exifOrientation.ts';
import { uprightSize } from '../uprightSize.ts';

const SIDE_MASK = 0x3fff;

/** The size that a chunk contains: of the canvas, of a lossy frame, or of a lossless one (RFC 9649). */
function sizeIn(source: ByteSource, { type, dataStart }: RiffChunk): Size | undefined {
  const bytes = source.read(dataStart, dataStart + 10);
  const little = (offset: number, sizeBytes: number): number =>
    readUint(bytes, { offset, sizeBytes, order: 'little' });
  switch (type) {
    case 'VP8X':
      return { width: little(4, 3) + 1, height: little(7, 3) + 1 };
    case 'VP8 ':
      return { width: little(6, 2) & SIDE_MASK, height: little(8, 2) & SIDE_MASK };
    case 'VP8L': {
      const bits = little(1, 4);
      return { width: (bits & SIDE_MASK) + 1, height: (Math.floor(bits / 2 ** 14) & SIDE_MASK) + 1 };
    }
    default:
      return undefined;
  }
}

/** The size of a WebP, and how many frames it has. */
export function webpHeader(source: ByteSource): HeaderFacts | undefined {
  const chunks = readWebpChunks(source) ?? [];
  const size = chunks.map((chunk) => sizeIn(source, chunk)).find((found) => found !== undefined);
  if (size === undefined) return undefined;
  const exif = chunks.find(({ type }) => type === 'EXIF');
  const orientation = exif && exifOrientation(source.read(exif.dataStart, exif.dataEnd));
  const frames = chunks.filter(({ type }) => type === 'ANMF').length;
  return { size: uprightSize(size, orientation), frames: Math.max(1, frames) };
}
