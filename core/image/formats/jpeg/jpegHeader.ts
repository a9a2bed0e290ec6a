import { hasText, readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { JPEG_MARKER, JPEG_SIGNATURE, readJpegHeader } from '../../../metadata/jpeg/jpegSegments.ts';
import type { HeaderFacts } from '../formatDecoder.ts';
import { exifOrientation } from '../../../metadata/exif/exifOrientation.ts';
import { uprightSize } from '../uprightSize.ts';

const FIRST_FRAME = 0xc0;
const LAST_FRAME = 0xcf;
/** Huffman tables, an extension and arithmetic coding share the range of the frames (ITU-T T.81, table B.1). */
const NOT_FRAMES = [0xc4, 0xc8, 0xcc];

/** The size of a JPEG by its frame header; undefined if it is behind the pixels, or missing. */
export function jpegHeader(source: ByteSource): HeaderFacts | undefined {
  const segments = readJpegHeader(source)?.segments ?? [];
  const frame = segments.find(
    ({ marker }) => marker >= FIRST_FRAME && marker <= LAST_FRAME && !NOT_FRAMES.includes(marker),
  );
  if (frame === undefined) return undefined;
  const sides = source.read(frame.dataStart + 1, frame.dataStart + 5);
  const side = (offset: number): number => readUint(sides, { offset, sizeBytes: 2, order: 'big' });
  if (sides.length < 4 || side(0) === 0) return undefined;
  const exif = segments
    .filter(({ marker }) => marker === JPEG_MARKER.app1)
    .map(({ dataStart, end }) => source.read(dataStart, end))
    .find((data) => hasText(data, JPEG_SIGNATURE.exif));
  const size = { width: side(2), height: side(0) };
  return { size: uprightSize(size, exif && exifOrientation(exif)), frames: 1 };
}
