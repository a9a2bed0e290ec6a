import type { ByteSource } from '../../../metadata/byteSource.ts';

const BLOCK = { image: 0x2c, extension: 0x21 } as const;
const HEADER_BYTES = 13;
const MAX_BLOCKS = 100_000;

function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/**
 * Counts the images of a GIF, up to a number.
 *
 * @param atMost Where counting ends: no more of the file is read.
 */
export function countGifImages(source: ByteSource, atMost = Infinity): number {
  const byte = (offset: number): number => source.read(offset, offset + 1)[0] ?? 0;
  const behindSubBlocks = (start: number): number => {
    let offset = start;
    for (let count = 0; count < MAX_BLOCKS && byte(offset) !== 0; count++) offset += 1 + byte(offset);
    return offset + 1;
  };
  let offset = HEADER_BYTES + colourTableBytes(byte(10));
  let images = 0;
  for (let count = 0; count < MAX_BLOCKS && offset < source.sizeBytes; count++) {
    const kind = byte(offset);
    if (kind === BLOCK.image) {
      images++;
      if (images >= atMost) return images;
      offset = behindSubBlocks(offset + 10 + colourTableBytes(byte(offset + 9)) + 1);
    } else if (kind === BLOCK.extension) offset = behindSubBlocks(offset + 2);
    else return images;
  }
  return images;
}

/** Whether a GIF holds more than one image; no more of the file is read than tells. */
export function isAnimatedGif(source: ByteSource): boolean {
  return countGifImages(source, 2) > 1;
}
