import { joinBytes, latin1Bytes, readUint, uintBytes } from '../byteFields.ts';
import type { ByteSource } from '../byteSource.ts';

/** One marker segment before the pixels (ITU-T T.81, B.1.1.4). */
export interface JpegSegment {
  /** The second byte of the marker: 0xE1 is APP1. */
  readonly marker: number;
  /** Position of the marker's 0xFF. */
  readonly start: number;
  /** Where the data starts, behind the length. */
  readonly dataStart: number;
  readonly end: number;
}

/** The content of a JPEG file before its pixels. */
export interface JpegHeader {
  readonly segments: readonly JpegSegment[];
  /** Where the first scan starts, or where reading had to stop. */
  readonly restStart: number;
  /** Whether every segment up to the first scan was complete. */
  readonly isWhole: boolean;
}

export const JPEG_MARKER = {
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app13: 0xed,
  comment: 0xfe,
  sos: 0xda,
  eoi: 0xd9,
} as const;

/** The signatures by which an application segment's content is recognised. */
export const JPEG_SIGNATURE = {
  jfif: 'JFIF\0',
  exif: 'Exif\0\0',
  xmp: 'http://ns.adobe.com/xap/1.0/\0',
  xmpExtension: 'http://ns.adobe.com/xmp/extension/\0',
  icc: 'ICC_PROFILE\0',
  photoshop: 'Photoshop 3.0\0',
} as const;

/** The most data that a segment can contain in addition to its two bytes of length. */
export const MAX_SEGMENT_DATA_BYTES = 65_533;

const MAX_SEGMENTS = 4096;
const MAX_FILL_BYTES = 1024;

/** Lists the segments before the first scan; undefined when the file does not start like a JPEG. */
export function readJpegHeader(source: ByteSource): JpegHeader | undefined {
  if (readUint(source.read(0, 2), { offset: 0, sizeBytes: 2, order: 'big' }) !== 0xffd8) {
    return undefined;
  }
  const segments: JpegSegment[] = [];
  let offset = 2;
  while (segments.length < MAX_SEGMENTS) {
    const start = skipFill(source, offset);
    const [prefix, marker = 0, ...length] = source.read(start, start + 4);
    if (prefix !== 0xff || marker === 0 || length.length < 2) {
      return { segments, restStart: offset, isWhole: false };
    }
    if (marker === JPEG_MARKER.sos || marker === JPEG_MARKER.eoi) {
      return { segments, restStart: offset, isWhole: marker === JPEG_MARKER.sos };
    }
    const end = start + 2 + readUint(Uint8Array.from(length), { offset: 0, sizeBytes: 2, order: 'big' });
    if (end < start + 4 || end > source.sizeBytes) {
      return { segments, restStart: offset, isWhole: false };
    }
    segments.push({ marker, start, dataStart: start + 4, end });
    offset = end;
  }
  return { segments, restStart: offset, isWhole: false };
}

/** A whole segment: marker, length, signature, data. */
export function jpegSegment(marker: number, signature: string, data: Uint8Array): Uint8Array {
  const sizeBytes = 2 + signature.length + data.length;
  return joinBytes([
    Uint8Array.of(0xff, marker),
    uintBytes(sizeBytes, 2, 'big'),
    latin1Bytes(signature),
    data,
  ]);
}

/** The bytes cut into pieces of at most that size. */
export function cutBytes(bytes: Uint8Array, pieceBytes: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
}

/** Any number of 0xFF may stand before a marker (T.81, B.1.1.2). */
function skipFill(source: ByteSource, offset: number): number {
  const fill = source.read(offset, offset + MAX_FILL_BYTES);
  let count = 0;
  while (fill[count] === 0xff && fill[count + 1] === 0xff) {
    count += 1;
  }
  return offset + count;
}
