import { hasText, joinBytes, uintBytes } from '../byteFields.ts';
import type { ByteSource } from '../byteSource.ts';
import type { Density, PixelAspect } from '../imageMetadata.ts';
import { JPEG_MARKER, JPEG_SIGNATURE, jpegSegment } from './jpegSegments.ts';
import type { JpegSegment } from './jpegSegments.ts';

const CM_PER_INCH = 2.54;
const UNIT_NONE = 0;
const UNIT_INCH = 1;
const UNIT_CM = 2;
const MARKER_APP14 = 0xee;
const SOF_MARKERS = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
const SOF_COMPONENTS_OFFSET = 5;
const SOF_COMPONENT_BYTES = 3;

/** Whether a segment is the JFIF header. */
export function isJfif(source: ByteSource, segment: JpegSegment): boolean {
  const data = source.read(segment.dataStart, Math.min(segment.end, segment.dataStart + 5));
  return segment.marker === JPEG_MARKER.app0 && hasText(data, JPEG_SIGNATURE.jfif);
}

/**
 * Whether a JFIF header may be put before a file that has none. It means "grey or YCbCr": where a decoder would
 * otherwise have guessed RGB or CMYK, it would change the colours.
 */
export function mayHaveJfif(source: ByteSource, segments: readonly JpegSegment[]): boolean {
  if (segments.some((segment) => segment.marker === MARKER_APP14)) {
    return false;
  }
  const frame = segments.find((segment) => SOF_MARKERS.includes(segment.marker));
  const data = frame ? source.read(frame.dataStart, frame.end) : new Uint8Array();
  const count = data[SOF_COMPONENTS_OFFSET] ?? 0;
  const ids = Array.from(
    { length: count },
    (_, index) => data[SOF_COMPONENTS_OFFSET + 1 + index * SOF_COMPONENT_BYTES],
  );
  return ['1', '1,2,3'].includes(ids.join());
}

/** A JFIF 1.01 header (ITU-T T.871) that gives the resolution, rounded to integers. */
export function jfifSegment(density: Density): Uint8Array {
  const isWhole = Number.isInteger(density.x) && Number.isInteger(density.y);
  const isCm = density.unit === 'cm' && isWhole;
  const factor = density.unit === 'cm' && !isCm ? CM_PER_INCH : 1;
  const perUnit = (value: number): Uint8Array =>
    uintBytes(Math.min(0xffff, Math.max(1, Math.round(value * factor))), 2, 'big');
  const version = Uint8Array.of(1, 1, isCm ? UNIT_CM : UNIT_INCH);
  return jfifHeader(version, perUnit(density.x), perUnit(density.y));
}

/** A JFIF 1.01 header with the pixel aspect ratio and no resolution. */
export function jfifAspectSegment({ x, y }: PixelAspect): Uint8Array {
  return jfifHeader(Uint8Array.of(1, 1, UNIT_NONE), uintBytes(x, 2, 'big'), uintBytes(y, 2, 'big'));
}

function jfifHeader(version: Uint8Array, x: Uint8Array, y: Uint8Array): Uint8Array {
  const noThumbnail = new Uint8Array(2);
  return jpegSegment(JPEG_MARKER.app0, JPEG_SIGNATURE.jfif, joinBytes([version, x, y, noThumbnail]));
}
