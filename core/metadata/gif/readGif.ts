import { hasText, joinBytes } from '../byteFields.ts';
import type { MetadataDraft, PixelAspect } from '../imageMetadata.ts';

const BLOCK = { image: 0x2c, extension: 0x21, application: 0xff, comment: 0xfe } as const;
const XMP_APPLICATION = 'XMP DataXMP';
const HEADER_BYTES = 13;
/** Width by height of a pixel is this byte and 15, by 64. */
export const ASPECT_AT = 12;
export const ASPECT_OFFSET = 15;
export const ASPECT_UNIT = 64;
/** Behind the packet: a byte 1, then 255 down to 0, then the end of the sub-blocks (Adobe XMP part 3, 1.1.2). */
const MAGIC_TRAILER_BYTES = 258;

/** Reads a GIF file's XMP, comments and pixel aspect ratio (GIF89a, 18 and 24; Adobe XMP part 3, 1.1.2). */
export function readGif(bytes: Uint8Array): MetadataDraft {
  if (!hasText(bytes, 'GIF8')) {
    return {};
  }
  const draft: MetadataDraft = {};
  const aspect = aspectOf(bytes[ASPECT_AT] ?? 0);
  if (aspect !== undefined) draft.aspect = aspect;
  const comments: Uint8Array[] = [];
  let offset = HEADER_BYTES + colorTableBytes(bytes[10] ?? 0);
  while (offset + 2 < bytes.length) {
    if (bytes[offset] === BLOCK.image) {
      const dataStart = offset + 10 + colorTableBytes(bytes[offset + 9] ?? 0) + 1;
      offset = subBlocksEnd(bytes, dataStart);
    } else if (bytes[offset] === BLOCK.extension) {
      const isXmp = bytes[offset + 1] === BLOCK.application && hasText(bytes, XMP_APPLICATION, offset + 3);
      const end = subBlocksEnd(bytes, offset + 2);
      const packetStart = offset + 3 + XMP_APPLICATION.length;
      if (isXmp && end <= bytes.length && end - MAGIC_TRAILER_BYTES > packetStart) {
        draft.xmp ??= bytes.subarray(packetStart, end - MAGIC_TRAILER_BYTES);
      }
      if (bytes[offset + 1] === BLOCK.comment) comments.push(subBlocksData(bytes, offset + 2));
      offset = end;
    } else {
      break;
    }
  }
  if (comments.length > 0) draft.comments = comments;
  return draft;
}

/** The pixel aspect ratio by the header's byte (GIF89a, 18); undefined if it is unknown or square. */
function aspectOf(stored: number): PixelAspect | undefined {
  const isSquare = stored + ASPECT_OFFSET === ASPECT_UNIT;
  // A pixel that is twice as wide as high has half the density across.
  return stored === 0 || isSquare ? undefined : { x: ASPECT_UNIT, y: stored + ASPECT_OFFSET };
}

/** The data of a chain of sub-blocks, joined. */
function subBlocksData(bytes: Uint8Array, start: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let offset = start; (bytes[offset] ?? 0) !== 0; offset += 1 + (bytes[offset] ?? 0)) {
    parts.push(bytes.subarray(offset + 1, offset + 1 + (bytes[offset] ?? 0)));
  }
  return joinBytes(parts);
}

function colorTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** The first byte behind a chain of sub-blocks; beyond the file when the chain is cut off. */
function subBlocksEnd(bytes: Uint8Array, start: number): number {
  let offset = start;
  while (offset < bytes.length && bytes[offset] !== 0) {
    offset += 1 + (bytes[offset] ?? 0);
  }
  return offset + 1;
}
