import { hasText, joinBytes, latin1Bytes, latin1Text, readUint, uintBytes } from '../byteFields.ts';
import type { ByteSource } from '../byteSource.ts';

/** One chunk of a RIFF file (RFC 9649, 2.3); `end` includes the byte that makes its size even. */
export interface RiffChunk {
  readonly type: string;
  readonly start: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly end: number;
}

export const RIFF_HEADER_BYTES = 12;

const MAX_CHUNKS = 100_000;

/** The chunks of a WebP file up to the first that is cut off; undefined when the file is not a WebP. */
export function readWebpChunks(source: ByteSource): RiffChunk[] | undefined {
  const header = source.read(0, RIFF_HEADER_BYTES);
  if (!hasText(header, 'RIFF') || !hasText(header, 'WEBP', 8)) {
    return undefined;
  }
  const fileEnd = Math.min(
    source.sizeBytes,
    8 + readUint(header, { offset: 4, sizeBytes: 4, order: 'little' }),
  );
  const chunks: RiffChunk[] = [];
  let start = RIFF_HEADER_BYTES;
  while (start + 8 <= fileEnd && chunks.length < MAX_CHUNKS) {
    const head = source.read(start, start + 8);
    const sizeBytes = readUint(head, { offset: 4, sizeBytes: 4, order: 'little' });
    const dataStart = start + 8;
    const dataEnd = dataStart + sizeBytes;
    if (dataEnd > source.sizeBytes) {
      break;
    }
    const end = dataEnd + (sizeBytes % 2);
    chunks.push({ type: latin1Text(head.subarray(0, 4)), start, dataStart, dataEnd, end });
    start = end;
  }
  return chunks;
}

/** A whole chunk, padded to an even size. */
export function riffChunk(type: string, data: Uint8Array): Uint8Array {
  const head = [latin1Bytes(type), uintBytes(data.length, 4, 'little')];
  return joinBytes([...head, data, new Uint8Array(data.length % 2)]);
}
