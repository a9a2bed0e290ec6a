import type { ByteSource } from '../../../metadata/byteSource.ts';

export const BLOCK = { image: 0x2c, extension: 0x21, trailer: 0x3b } as const;
const HEADER_BYTES = 13;
/** A file that consists only of tiny blocks must not keep the program busy. */
const MAX_READS = 1_000_000;

function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

interface Blocks {
  readonly images: number;
  /** How they end: `unknown` for bytes that are not a block, which viewers ignore. */
  readonly end: 'trailer' | 'cut off' | 'unknown' | 'not read';
  /** Where they end. */
  readonly endAt: number;
}

/** Walks through the blocks of a GIF until it has seen a number of images. */
export function walkBlocks(
  source: ByteSource,
  atMost = Infinity,
  visit: (kind: number, offset: number) => void = () => undefined,
): Blocks {
  let reads = 0;
  const byte = (offset: number): number => {
    reads++;
    return source.read(offset, offset + 1)[0] ?? 0;
  };
  const behindSubBlocks = (start: number): number => {
    let offset = start;
    for (let size = byte(offset); size !== 0 && reads < MAX_READS; size = byte(offset)) offset += 1 + size;
    return offset + 1;
  };
  let offset = HEADER_BYTES + colourTableBytes(byte(10));
  let images = 0;
  while (reads < MAX_READS) {
    if (offset >= source.sizeBytes) return { images, end: 'cut off', endAt: offset };
    const kind = byte(offset);
    visit(kind, offset);
    if (kind === BLOCK.image) {
      images++;
      if (images >= atMost) return { images, end: 'not read', endAt: offset };
      offset = behindSubBlocks(offset + 10 + colourTableBytes(byte(offset + 9)) + 1);
    } else if (kind === BLOCK.extension) offset = behindSubBlocks(offset + 2);
    else return { images, end: kind === BLOCK.trailer ? 'trailer' : 'unknown', endAt: offset };
  }
  return { images, end: 'not read', endAt: offset };
}

/**
 * Counts the images of a GIF, up to a number.
 *
 * @param atMost Where counting ends: no more of the file is read.
 */
export function countGifImages(source: ByteSource, atMost = Infinity): number {
  return walkBlocks(source, atMost).images;
}

/** Whether a GIF ends before its trailer: later images can be missing although the first ones decode. */
export function isCutOffGif(source: ByteSource): boolean {
  return walkBlocks(source).end === 'cut off';
}

/** Whether a GIF contains more than one image; reads no further than necessary. */
export function isAnimatedGif(source: ByteSource): boolean {
  return countGifImages(source, 2) > 1;
}
