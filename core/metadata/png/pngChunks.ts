import { crc32 } from 'node:zlib';
import { hasText, joinBytes, latin1Bytes, latin1Text, readUint, uintBytes } from '../byteFields.ts';
import type { ByteSource } from '../byteSource.ts';

/** One chunk of a PNG file (PNG third edition, 5.3). */
export interface PngChunk {
  readonly type: string;
  readonly start: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly end: number;
}

/** Chunks that describe colour, in the order of their precedence (PNG third edition, 4.3). */
const COLOUR_CHUNKS = ['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM'] as const;
export type ColourChunk = (typeof COLOUR_CHUNKS)[number];

/** Whether a chunk of this type describes colour. */
export function isColourChunk(type: string): type is ColourChunk {
  return (COLOUR_CHUNKS as readonly string[]).includes(type);
}

export const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';

const MAX_CHUNKS = 1_000_000;

/** The chunks of a PNG file in order, up to IEND, to the first one that is cut off, or until the caller stops. */
export function* pngChunks(source: ByteSource): Generator<PngChunk> {
  if (!hasText(source.read(0, 8), PNG_SIGNATURE)) {
    return;
  }
  let start = PNG_SIGNATURE.length;
  for (let count = 0; count < MAX_CHUNKS && start + 12 <= source.sizeBytes; count += 1) {
    const head = source.read(start, start + 8);
    const dataStart = start + 8;
    const dataEnd = dataStart + readUint(head, { offset: 0, sizeBytes: 4, order: 'big' });
    if (dataEnd + 4 > source.sizeBytes) {
      return;
    }
    const type = latin1Text(head.subarray(4));
    yield { type, start, dataStart, dataEnd, end: dataEnd + 4 };
    if (type === 'IEND') {
      return;
    }
    start = dataEnd + 4;
  }
}

/** Whether a chunk's CRC is right. */
export function isChunkSound(bytes: Uint8Array, chunk: PngChunk): boolean {
  const stored = readUint(bytes, { offset: chunk.dataEnd, sizeBytes: 4, order: 'big' });
  return crc32(bytes.subarray(chunk.dataStart - 4, chunk.dataEnd)) === stored;
}

/** A whole chunk with its length and its CRC. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const typed = joinBytes([latin1Bytes(type), data]);
  return joinBytes([uintBytes(data.length, 4, 'big'), typed, uintBytes(crc32(typed), 4, 'big')]);
}
