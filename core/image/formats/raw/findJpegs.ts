import type { Size } from '../../../api/image.ts';

/** A JPEG inside another file. */
export interface EmbeddedJpeg extends Size {
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
  readonly channels: number;
  /** 0xC0 is baseline, 0xC3 the lossless kind that cameras keep sensor data in. */
  readonly frameMarker: number;
  readonly precision: number;
}

const START = Buffer.from([0xff, 0xd8, 0xff]);
const END = Buffer.from([0xff, 0xd9]);
const SCAN = 0xda;
const MAX_SEGMENTS = 256;

function isFrameMarker(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** @param lastEnd Where the last end of a JPEG in the file is: none behind it needs to be searched for. */
function readAt(bytes: Buffer, start: number, lastEnd: number): EmbeddedJpeg | undefined {
  let frame: Omit<EmbeddedJpeg, 'start' | 'end'> | undefined;
  let offset = start + 2;
  for (let count = 0; count < MAX_SEGMENTS && offset + 10 < bytes.length; count++) {
    if (bytes[offset] !== 0xff) return undefined;
    const marker = bytes[offset + 1]!;
    if (marker === 0xff) {
      offset++;
      continue;
    }
    if (marker === SCAN) {
      const end = frame === undefined || offset > lastEnd ? -1 : bytes.indexOf(END, offset);
      return frame === undefined || end < 0 ? undefined : { ...frame, start, end: end + 2 };
    }
    const length = bytes.readUInt16BE(offset + 2);
    if (marker < 0xc0 || length < 2) return undefined;
    if (isFrameMarker(marker)) {
      const [precision, height] = [bytes[offset + 4]!, bytes.readUInt16BE(offset + 5)];
      frame = {
        precision,
        height,
        width: bytes.readUInt16BE(offset + 7),
        channels: bytes[offset + 9]!,
        frameMarker: marker,
      };
    }
    offset += 2 + length;
  }
  return undefined;
}

/**
 * Finds the whole JPEGs in a file, one after the other; those inside another's metadata are skipped. Cameras keep
 * their previews in a dozen different places, some of them in maker notes, but always as plain JPEGs.
 */
export function findJpegs(bytes: Buffer): EmbeddedJpeg[] {
  const found: EmbeddedJpeg[] = [];
  const lastEnd = bytes.lastIndexOf(END);
  let position = bytes.indexOf(START);
  while (position >= 0) {
    const jpeg = readAt(bytes, position, lastEnd);
    if (jpeg !== undefined) found.push(jpeg);
    position = bytes.indexOf(START, jpeg?.end ?? position + 1);
  }
  return found;
}
