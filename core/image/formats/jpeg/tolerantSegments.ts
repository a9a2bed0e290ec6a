/** A marker segment of a JPEG that may be damaged between its segments. */
export interface TolerantSegment {
  readonly marker: number;
  /** Where the marker's 0xFF is. */
  readonly start: number;
  readonly end: number;
}

export interface TolerantHeader {
  /** The segments before the first scan. */
  readonly segments: readonly TolerantSegment[];
  /** Where the first scan's marker is. */
  readonly scanStart: number;
  /** Bytes between segments that belong to none. */
  readonly strayBytes: number;
}

const SCAN = 0xda;
const MAX_STRAY_BYTES = 1024 * 1024;

/** Markers that have a length: frames, tables, restart interval, application data, comments. */
function hasLength(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xda && marker <= 0xfe);
}

function lengthAt(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0);
}

/** Whether a segment begins here, with another one or a scan's data right behind it. */
function isSegment(bytes: Uint8Array, offset: number): boolean {
  const marker = bytes[offset + 1] ?? 0;
  if (bytes[offset] !== 0xff || !hasLength(marker)) return false;
  const length = lengthAt(bytes, offset);
  const end = offset + 2 + length;
  return length >= 2 && end < bytes.length && (marker === SCAN || bytes[end] === 0xff);
}

/** A segment whose length is right or too short: what follows may be bytes that the length left out. */
function isSegmentStart(bytes: Uint8Array, offset: number): boolean {
  const length = lengthAt(bytes, offset);
  return (
    bytes[offset] === 0xff &&
    hasLength(bytes[offset + 1] ?? 0) &&
    length >= 2 &&
    offset + 2 + length < bytes.length
  );
}

/**
 * Lists a JPEG's segments as lenient decoders do: bytes between segments are skipped.
 *
 * @returns undefined when no scan is found.
 */
export function readTolerantHeader(bytes: Uint8Array): TolerantHeader | undefined {
  const segments: TolerantSegment[] = [];
  let offset = 2;
  let strayBytes = 0;
  while (offset + 4 <= bytes.length && strayBytes < MAX_STRAY_BYTES) {
    if (bytes[offset] === 0xff && bytes[offset + 1] === 0xff) {
      offset++; // a fill byte
    } else if (isSegmentStart(bytes, offset)) {
      const marker = bytes[offset + 1]!;
      if (marker === SCAN) return { segments, scanStart: offset, strayBytes };
      const end = offset + 2 + lengthAt(bytes, offset);
      segments.push({ marker, start: offset, end });
      offset = end;
    } else {
      strayBytes++;
      offset++;
      while (offset + 4 <= bytes.length && strayBytes < MAX_STRAY_BYTES && !isSegment(bytes, offset)) {
        strayBytes++;
        offset++;
      }
    }
  }
  return undefined;
}
