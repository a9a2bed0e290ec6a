import { inflateRawSync, inflateSync } from 'node:zlib';
import { latin1Text } from '../byteFields.ts';
import { MAX_PART_BYTES } from '../imageMetadata.ts';

/** A text chunk's keyword and its text as bytes, inflated where it was deflated. */
export interface PngText {
  readonly keyword: string;
  /** undefined when the compressed text is damaged or larger than any sound one. */
  readonly text: Uint8Array | undefined;
}

const MAX_KEYWORD_BYTES = 79;

/** The keyword of a tEXt, zTXt or iTXt chunk, "" when it has none. */
export function keywordOf(data: Uint8Array): string {
  const end = data.subarray(0, MAX_KEYWORD_BYTES + 1).indexOf(0);
  return end < 0 ? '' : latin1Text(data.subarray(0, end));
}

/** The content of a tEXt, zTXt or iTXt chunk (PNG third edition, 11.3.3). */
export function readPngText(type: string, data: Uint8Array): PngText {
  const keyword = keywordOf(data);
  const rest = data.subarray(keyword.length + 1);
  if (type === 'tEXt') {
    return { keyword, text: rest };
  }
  if (type === 'zTXt') {
    return { keyword, text: rest[0] === 0 ? inflate(rest.subarray(1)) : undefined };
  }
  const languageEnd = rest.indexOf(0, 2);
  const translatedEnd = languageEnd < 0 ? -1 : rest.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) {
    return { keyword, text: undefined };
  }
  const content = rest.subarray(translatedEnd + 1);
  return { keyword, text: rest[0] === 1 ? inflate(content) : content };
}

/** Method and flags in front of the compressed data, which end with a checksum (RFC 1950, 2.2). */
const ZLIB_HEADER_BYTES = 2;

/**
 * Inflates a zlib stream; undefined when it is damaged or grows beyond any sound size. A wrong checksum behind complete data
 * does no harm if the chunk's CRC is right.
 */
export function inflate(deflated: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(deflated, { maxOutputLength: MAX_PART_BYTES });
  } catch {
    return inflateUnchecked(deflated); // a wrong checksum, or damaged, cut off, a bomb: zlib has no way to ask beforehand
  }
}

function inflateUnchecked(deflated: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(deflated.subarray(ZLIB_HEADER_BYTES), { maxOutputLength: MAX_PART_BYTES });
  } catch {
    return undefined;
  }
}
