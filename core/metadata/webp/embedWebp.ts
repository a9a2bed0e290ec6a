import type { Size } from '../../api/image.ts';
import { copyBytes, hasText, joinBytes, latin1Bytes, readUint, uintBytes } from '../byteFields.ts';
import { copyRange, ownBytes, segmentsSizeBytes } from '../byteSource.ts';
import type { ByteSource, Segment } from '../byteSource.ts';
import { exifWithDensity } from '../exif/exifDensity.ts';
import type { ImageMetadata } from '../imageMetadata.ts';
import { readWebpChunks, RIFF_HEADER_BYTES, riffChunk } from './riffChunks.ts';
import type { RiffChunk } from './riffChunks.ts';

/** Bits of VP8X' first byte (RFC 9649, 2.7). */
const FLAG = { icc: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04 } as const;
const MAX_RIFF_BYTES = 2 ** 32 - 10;
const EXTENDED_BYTES = 10;
const BITSTREAM_HEAD_BYTES = 10;

/**
 * Splices metadata into a WebP file, which becomes an extended one (VP8X) if necessary; undefined if that is impossible.
 */
export function embedWebp(encoded: ByteSource, metadata: ImageMetadata): Segment[] | undefined {
  const chunks = readWebpChunks(encoded);
  const exif = exifWithDensity(metadata.exif, metadata.density);
  const { icc, xmp } = metadata;
  const replaced = ['VP8X', ...(icc ? ['ICCP'] : []), ...(exif ? ['EXIF'] : []), ...(xmp ? ['XMP '] : [])];
  const old = chunks && extendedHeader(encoded, chunks);
  if (chunks === undefined || old === undefined) {
    return undefined;
  }
  const added = (exif ? FLAG.exif : 0) | (xmp ? FLAG.xmp : 0) | (icc ? FLAG.icc : 0);
  const header = copyBytes(old);
  header[0] = (header[0] ?? 0) | added;
  const kept = chunks.filter((chunk) => !replaced.includes(chunk.type));
  const oldIcc = kept.filter((chunk) => chunk.type === 'ICCP');
  const image = kept.filter((chunk) => chunk.type !== 'ICCP');
  const body = [
    ownBytes(riffChunk('VP8X', header)),
    ...(icc ? [ownBytes(riffChunk('ICCP', icc))] : oldIcc.flatMap((chunk) => copyChunk(encoded, chunk))),
    ...image.flatMap((chunk) => copyChunk(encoded, chunk)),
    ...(exif ? [ownBytes(riffChunk('EXIF', exif))] : []),
    ...(xmp ? [ownBytes(riffChunk('XMP ', xmp))] : []),
  ];
  const riffBytes = RIFF_HEADER_BYTES - 8 + segmentsSizeBytes(body);
  if (riffBytes > MAX_RIFF_BYTES) {
    return undefined;
  }
  const riff = joinBytes([latin1Bytes('RIFF'), uintBytes(riffBytes, 4, 'little'), latin1Bytes('WEBP')]);
  return [ownBytes(riff), ...body];
}

/** The data of the file's VP8X chunk, or of the one it would have. */
function extendedHeader(encoded: ByteSource, chunks: readonly RiffChunk[]): Uint8Array | undefined {
  const [first] = chunks;
  if (first?.type === 'VP8X' && first.dataEnd - first.dataStart >= EXTENDED_BYTES) {
    return encoded.read(first.dataStart, first.dataStart + EXTENDED_BYTES);
  }
  const head = first && encoded.read(first.dataStart, first.dataStart + BITSTREAM_HEAD_BYTES);
  const frame = head && (first.type === 'VP8 ' ? lossyFrame(head) : losslessFrame(head));
  return (
    frame &&
    joinBytes([
      Uint8Array.of(frame.hasAlpha ? FLAG.alpha : 0, 0, 0, 0),
      uintBytes(frame.width - 1, 3, 'little'),
      uintBytes(frame.height - 1, 3, 'little'),
    ])
  );
}

/** RFC 6386, 9.1: three bytes of frame tag, the start code, then 14 bits of each side. */
function lossyFrame(head: Uint8Array): (Size & { hasAlpha: boolean }) | undefined {
  if (!hasText(head, '\x9d\x01\x2a', 3)) {
    return undefined;
  }
  const width = readUint(head, { offset: 6, sizeBytes: 2, order: 'little' }) % 0x4000;
  const height = readUint(head, { offset: 8, sizeBytes: 2, order: 'little' }) % 0x4000;
  return width > 0 && height > 0 ? { width, height, hasAlpha: false } : undefined;
}

/** RFC 9649, 3.4: a signature byte, 14 bits of each side less one, a bit for alpha. */
function losslessFrame(head: Uint8Array): (Size & { hasAlpha: boolean }) | undefined {
  if (!hasText(head, '\x2f')) {
    return undefined;
  }
  const bits = readUint(head, { offset: 1, sizeBytes: 4, order: 'little' });
  const width = (bits % 0x4000) + 1;
  const height = (Math.floor(bits / 0x4000) % 0x4000) + 1;
  return { width, height, hasAlpha: Math.floor(bits / 2 ** 28) % 2 === 1 };
}

/** The chunk; if an encoder omitted its last padding byte, that byte is added. */
function copyChunk(encoded: ByteSource, chunk: RiffChunk): Segment[] {
  return chunk.end <= encoded.sizeBytes
    ? [copyRange(chunk.start, chunk.end)]
    : [copyRange(chunk.start, chunk.dataEnd), ownBytes(new Uint8Array(1))];
}
