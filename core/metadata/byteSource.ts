import { joinBytes } from './byteFields.ts';

/** Random access to a file's bytes, read as they are requested: the file may be larger than memory. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** The bytes from `start` up to, not including, `end`; what is beyond the end of the file is left out. */
  read(start: number, end: number): Uint8Array;
}

/** A piece of a file to be written: new bytes, or a range of the source file. */
export type Segment =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'copy'; readonly start: number; readonly end: number };

/** A byte source over an array; what it reads shares the array's memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (start, end) => bytes.subarray(Math.max(0, start), Math.max(0, end)),
  };
}

/** How long the file will be that the segments describe. */
export function segmentsSizeBytes(segments: readonly Segment[]): number {
  return segments.reduce(
    (total, segment) =>
      total + (segment.kind === 'bytes' ? segment.bytes.length : Math.max(0, segment.end - segment.start)),
    0,
  );
}

/** Puts a spliced file together in memory: for tests and small files. */
export function assembleSegments(source: ByteSource, segments: readonly Segment[]): Uint8Array {
  return joinBytes(
    segments.map((segment) =>
      segment.kind === 'bytes' ? segment.bytes : source.read(segment.start, segment.end),
    ),
  );
}

/** A segment of new bytes. */
export function ownBytes(bytes: Uint8Array): Segment {
  return { kind: 'bytes', bytes };
}

/** A segment that copies a range of the source. */
export function copyRange(start: number, end: number): Segment {
  return { kind: 'copy', start, end };
}

/** The source as it is. */
export function wholeSource(source: ByteSource): Segment[] {
  return [copyRange(0, source.sizeBytes)];
}
