import type { Size } from '../../../api/image.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { readBoxes } from '../../../metadata/heif/boxes.ts';

const HEADER_BYTES = 16;
const PART_INDEX_BYTES = 4;

/** Widths as a ratio of the height, by number (ISO/IEC 18181-1, table A.3). */
const RATIOS = [1, 1, 12 / 10, 4 / 3, 3 / 2, 16 / 9, 5 / 4, 2];

/** How many bits store a side that is not a multiple of 8, by selector. */
const SIDE_BITS = [9, 13, 18, 30];

/** Reads bits, the least significant of each byte first. */
function bitReader(bytes: Uint8Array): (count: number) => number {
  let position = 0;
  return (count) => {
    let value = 0;
    for (let bit = 0; bit < count; bit++, position++) {
      value += (((bytes[position >> 3] ?? 0) >> (position & 7)) & 1) * 2 ** bit;
    }
    return value;
  };
}

/** The first bytes of the codestream, behind its two bytes of signature. */
function codestreamHead(source: ByteSource): Uint8Array | undefined {
  const start = source.read(0, 2);
  if (start[0] === 0xff && start[1] === 0x0a) return source.read(2, 2 + HEADER_BYTES);
  const box = readBoxes(source, 0, source.sizeBytes).find(({ type }) => type === 'jxlc' || type === 'jxlp');
  if (box === undefined) return undefined;
  const from = box.dataStart + (box.type === 'jxlp' ? PART_INDEX_BYTES : 0) + 2;
  return source.read(from, from + HEADER_BYTES);
}

/** The size of a JPEG XL image by its header, as it is stored (ISO/IEC 18181-1, A.3); undefined if the header has no size. */
export function jxlSize(source: ByteSource): Size | undefined {
  const head = codestreamHead(source);
  if (head === undefined) return undefined;
  const read = bitReader(head);
  const isSmall = read(1) === 1;
  const side = (): number => (isSmall ? (read(5) + 1) * 8 : read(SIDE_BITS[read(2)] ?? 9) + 1);
  const height = side();
  const ratio = read(3);
  const width = ratio === 0 ? side() : Math.floor(height * (RATIOS[ratio] ?? 1));
  return { width, height };
}
