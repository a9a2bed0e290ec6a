import { hasText, joinBytes, latin1Bytes } from '../byteFields.ts';
import { copyRange, ownBytes, wholeSource } from '../byteSource.ts';
import type { ByteSource, Segment } from '../byteSource.ts';
import type { ImageMetadata, PixelAspect, Warn } from '../imageMetadata.ts';
import { ASPECT_AT, ASPECT_OFFSET, ASPECT_UNIT } from './readGif.ts';

const TRAILER = 0x3b;
const SUB_BLOCK_BYTES = 255;

/** Data as a chain of sub-blocks (GIF89a, 15). */
function subBlocks(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < data.length; start += SUB_BLOCK_BYTES) {
    const part = data.subarray(start, start + SUB_BLOCK_BYTES);
    parts.push(Uint8Array.of(part.length), part);
  }
  return joinBytes([...parts, Uint8Array.of(0)]);
}

function commentBlock(comment: Uint8Array): Uint8Array {
  return joinBytes([Uint8Array.of(0x21, 0xfe), subBlocks(comment)]);
}

/** XMP as it is, and behind it the bytes by which a reader of sub-blocks finds its end (Adobe XMP part 3, 1.1.2). */
function xmpBlock(xmp: Uint8Array): Uint8Array {
  const trailer = Uint8Array.from({ length: 258 }, (_, index) =>
    index === 0 ? 1 : index === 257 ? 0 : 256 - index,
  );
  return joinBytes([Uint8Array.of(0x21, 0xff, 11), latin1Bytes('XMP DataXMP'), xmp, trailer]);
}

/** The header's byte for a pixel aspect ratio; undefined for one that it cannot represent. */
function aspectByte({ x, y }: PixelAspect): number | undefined {
  const stored = Math.round((ASPECT_UNIT * y) / x) - ASPECT_OFFSET;
  return stored >= 1 && stored <= 255 ? stored : undefined;
}

/** The header, with the pixel aspect ratio if it is given. */
function headSegments(aspect: PixelAspect | undefined, warn: Warn): Segment[] {
  const stored = aspect && aspectByte(aspect);
  if (aspect !== undefined && stored === undefined)
    warn('The pixels are too far from square for a GIF; their shape was left out.');
  return stored === undefined
    ? [copyRange(0, ASPECT_AT + 1)]
    : [copyRange(0, ASPECT_AT), ownBytes(Uint8Array.of(stored))];
}

/**
 * Splices XMP and comments into a GIF, before its end, and the pixel aspect ratio into its header; undefined when these
 * are not where they should be.
 */
export function embedGif(
  encoded: ByteSource,
  { xmp, comments = [], aspect }: ImageMetadata,
  warn: Warn,
): Segment[] | undefined {
  const end = encoded.sizeBytes - 1;
  const blocks = [...(xmp === undefined ? [] : [xmpBlock(xmp)]), ...comments.map(commentBlock)];
  if (blocks.length === 0 && aspect === undefined) return wholeSource(encoded);
  if (!hasText(encoded.read(0, 4), 'GIF8') || encoded.read(end, end + 1)[0] !== TRAILER) return undefined;
  return [
    ...headSegments(aspect, warn),
    copyRange(ASPECT_AT + 1, end),
    ...blocks.map(ownBytes),
    copyRange(end, encoded.sizeBytes),
  ];
}
