import { inflateSync } from 'node:zlib';

const CLEAR_CODE = 256;
const END_CODE = 257;
const MAX_CODES = 4096;

/**
 * Decodes TIFF's LZW (TIFF 6.0, section 13): codes of 9 to 12 bits, the most significant first.
 *
 * @param sizeBytes How many bytes there are to be; a stream that ends early leaves the rest zero.
 * @returns The bytes, and how many of them the stream held.
 */
export function decodeLzw(
  bytes: Uint8Array,
  sizeBytes: number,
): { readonly data: Uint8Array; readonly filled: number } {
  const data = new Uint8Array(sizeBytes);
  // Each string is a range of the bytes decoded so far.
  const starts = new Uint32Array(MAX_CODES);
  const lengths = new Uint16Array(MAX_CODES);
  let [filled, next, codeBits, bits, bitCount] = [0, END_CODE + 1, 9, 0, 0];
  let previousStart = -1;
  let previousLength = 0;
  for (let position = 0; filled < sizeBytes;) {
    while (bitCount < codeBits && position < bytes.length) {
      bits = ((bits << 8) | bytes[position++]!) & 0xffffff;
      bitCount += 8;
    }
    if (bitCount < codeBits) break;
    const code = (bits >> (bitCount - codeBits)) & (2 ** codeBits - 1);
    bitCount -= codeBits;
    if (code === END_CODE) break;
    if (code === CLEAR_CODE) {
      [next, codeBits, previousStart] = [END_CODE + 1, 9, -1];
      continue;
    }
    const start = filled;
    if (code < CLEAR_CODE) data[filled++] = code;
    else {
      if (code > next || (code === next && previousStart < 0)) break;
      const from = code === next ? previousStart : starts[code]!;
      const length = code === next ? previousLength + 1 : lengths[code]!;
      for (let at = 0; at < length && filled < sizeBytes; at++) data[filled++] = data[from + at]!;
    }
    if (previousStart >= 0 && next < MAX_CODES) {
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next++;
    }
    previousStart = start;
    previousLength = filled - start;
    // One code early, as every TIFF writer does.
    if (next + 1 >= 2 ** codeBits && codeBits < 12) codeBits++;
  }
  return { data, filled };
}

/** Decodes PackBits (TIFF 6.0, section 9). */
export function decodePackBits(
  bytes: Uint8Array,
  sizeBytes: number,
): { readonly data: Uint8Array; readonly filled: number } {
  const data = new Uint8Array(sizeBytes);
  let filled = 0;
  for (let position = 0; position < bytes.length && filled < sizeBytes;) {
    const count = bytes[position++]!;
    if (count < 128) {
      const run = bytes.subarray(position, position + Math.min(count + 1, sizeBytes - filled));
      data.set(run, filled);
      filled += run.length;
      position += count + 1;
    } else if (count > 128) {
      const end = Math.min(sizeBytes, filled + 257 - count);
      data.fill(bytes[position++] ?? 0, filled, end);
      filled = end;
    }
  }
  return { data, filled };
}

/** Decodes Deflate; the result is empty if the stream is damaged or too long. */
export function decodeDeflate(
  bytes: Uint8Array,
  sizeBytes: number,
): { readonly data: Uint8Array; readonly filled: number } {
  try {
    const data = inflateSync(bytes, { maxOutputLength: Math.max(1, sizeBytes) });
    return { data, filled: data.length };
  } catch {
    return { data: new Uint8Array(sizeBytes), filled: 0 }; // the caller reports how much is missing
  }
}
