import { readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import type { HeaderFacts } from '../formatDecoder.ts';
import { countGifImages } from './gifBlocks.ts';

/** The size of a GIF's canvas, and how many frames it has. */
export function gifHeader(source: ByteSource): HeaderFacts {
  const bytes = source.read(0, 10);
  const side = (offset: number): number => readUint(bytes, { offset, sizeBytes: 2, order: 'little' });
  return { size: { width: side(6), height: side(8) }, frames: Math.max(1, countGifImages(source)) };
}
