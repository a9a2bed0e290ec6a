import { joinBytes, latin1Bytes, uintBytes } from '../../../metadata/byteFields.ts';
import { JPEG_MARKER, JPEG_SIGNATURE, jpegSegment } from '../../../metadata/jpeg/jpegSegments.ts';

const ORIENTATION_TAG = 274;
const SHORT = 3;

/** Adds EXIF with an orientation, 1…8, to a JPEG without any; unchanged if it is upright. */
export function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  if (!(orientation >= 2 && orientation <= 8)) return jpeg;
  const exif = joinBytes([
    latin1Bytes('MM\0*'),
    uintBytes(8, 4, 'big'),
    uintBytes(1, 2, 'big'),
    uintBytes(ORIENTATION_TAG, 2, 'big'),
    uintBytes(SHORT, 2, 'big'),
    uintBytes(1, 4, 'big'),
    uintBytes(orientation, 2, 'big'),
    new Uint8Array(2 + 4),
  ]);
  return Buffer.concat([
    jpeg.subarray(0, 2),
    jpegSegment(JPEG_MARKER.app1, JPEG_SIGNATURE.exif, exif),
    jpeg.subarray(2),
  ]);
}
