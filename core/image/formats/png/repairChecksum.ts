import { deflateSync, inflateRawSync } from 'node:zlib';
import { joinBytes, latin1Bytes, readUint } from '../../../metadata/byteFields.ts';
import { bytesSource } from '../../../metadata/byteSource.ts';
import { isChunkSound, pngChunk, pngChunks, PNG_SIGNATURE } from '../../../metadata/png/pngChunks.ts';
import type { DecodeLimits } from '../formatDecoder.ts';

/** The note on a PNG that was read by its repaired copy. */
export const WRONG_CHECKSUM =
  "The checksum of the PNG's compressed pixels is wrong; it was ignored, as they are complete and all other checksums are right.";

/** Method and flags in front of compressed data (RFC 1950, 2.2). */
const ZLIB_HEADER_BYTES = 2;
const DEFLATE = 8;

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Start and step of the seven passes of an interlaced image (PNG third edition, 8.1). */
const ADAM7 = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];
const WHOLE = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];

/** How many bytes the pixels have, with the filter's byte in front of each row; undefined above the limit. */
function filteredBytes(header: Uint8Array, { maxPixels }: DecodeLimits): number | undefined {
  const [bits = 0, colourType = 0, , , interlace = 0] = header.subarray(8);
  const [width, height] = [0, 4].map((offset) => readUint(header, { offset, sizeBytes: 4, order: 'big' }));
  const bitsPerPixel = bits * (CHANNELS[colourType] ?? 0);
  if (width === undefined || height === undefined || width * height > maxPixels) return undefined;
  let total = 0;
  for (const { x, y, stepX, stepY } of interlace === 1 ? ADAM7 : WHOLE) {
    const columns = Math.ceil(Math.max(0, width - x) / stepX);
    const rows = Math.ceil(Math.max(0, height - y) / stepY);
    if (columns > 0) total += rows * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  }
  return total;
}

/** Whether every chunk up to the last is there, with the right CRC. */
export function areChunksSound(png: Uint8Array): boolean {
  let last = '';
  for (const chunk of pngChunks(bytesSource(png))) {
    if (!isChunkSound(png, chunk)) return false;
    last = chunk.type;
  }
  return last === 'IEND';
}

/** The stream with the right checksum, uncompressed; undefined unless it inflates to exactly that number of bytes. */
function repairedStream(stream: Uint8Array, wantedBytes: number): Uint8Array | undefined {
  const method = (stream[0] ?? 0) & 15;
  if (method !== DEFLATE) return undefined;
  try {
    const options = { maxOutputLength: wantedBytes };
    const inflated = inflateRawSync(stream.subarray(ZLIB_HEADER_BYTES), options);
    return inflated.length === wantedBytes ? deflateSync(inflated, { level: 0 }) : undefined;
  } catch {
    return undefined; // damaged, cut off, or longer than the image
  }
}

/**
 * A PNG with the right checksum of its compressed pixels, as browsers show such files; undefined for what is damaged in
 * another way: all chunks must be whole, and the pixels exactly as many as the header announces.
 */
export function repairChecksum(png: Buffer, limits: DecodeLimits): Buffer | undefined {
  if (!areChunksSound(png)) return undefined;
  const chunks = [...pngChunks(bytesSource(png))];
  const dataOf = (type: string): Uint8Array[] =>
    chunks.filter((chunk) => chunk.type === type).map((one) => png.subarray(one.dataStart, one.dataEnd));
  const [header] = dataOf('IHDR');
  const wantedBytes = (header && filteredBytes(header, limits)) ?? 0;
  const stream = wantedBytes > 0 ? repairedStream(joinBytes(dataOf('IDAT')), wantedBytes) : undefined;
  if (stream === undefined) return undefined;
  const firstData = chunks.findIndex(({ type }) => type === 'IDAT');
  const kept = (from: number, to?: number): Uint8Array[] =>
    chunks
      .slice(from, to)
      .filter(({ type }) => type !== 'IDAT')
      .map(({ start, end }) => png.subarray(start, end));
  const parts = [...kept(0, firstData), pngChunk('IDAT', stream), ...kept(firstData)];
  return Buffer.concat([latin1Bytes(PNG_SIGNATURE), ...parts]);
}
