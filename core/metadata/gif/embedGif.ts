import { hasText, joinBytes, latin1Bytes } from '../byteFields.ts';
import { copyRange, ownBytes, wholeSource } from '../byteSource.ts';
import type { ByteSource, Segment } from '../byteSource.ts';
import type { ImageMetadata } from '../imageMetadata.ts';

const TRAILER = 0x3b;
const SUB_BLOCK_BYTES = 255;

/** Data in a chain of sub-blocks (GIF89a, 15). */
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

/** Splices XMP and comments into a GIF, before its end; undefined when that is not where it should be. */
export function embedGif(encoded: ByteSource, { xmp, comments = [] }: ImageMetadata): Segment[] | undefined {
  const end = encoded.sizeBytes - 1;
  const blocks = [...(xmp === undefined ? [] : [xmpBlock(xmp)]), ...comments.map(commentBlock)];
  if (blocks.length === 0) return wholeSource(encoded);
  if (!hasText(encoded.read(0, 4), 'GIF8') || encoded.read(end, end + 1)[0] !== TRAILER) return undefined;
  return [copyRange(0, end), ...blocks.map(ownBytes), copyRange(end, encoded.sizeBytes)];
}
