import { hasText, joinBytes, latin1Bytes } from '../byteFields.ts';
import { copyRange, ownBytes, wholeSource } from '../byteSource.ts';
import type { ByteSource, Segment } from '../byteSource.ts';
import { exifWithDensity } from '../exif/exifDensity.ts';
import { boxBytes, readBoxes } from '../heif/boxes.ts';
import type { ImageMetadata } from '../imageMetadata.ts';
import { JXL_BOX } from './readJxl.ts';

const CODESTREAM_START = '\xff\x0a';
/** The boxes that begin every JPEG XL file with a container (ISO/IEC 18181-2, 9.1 and 9.2). */
const HEAD = joinBytes([
  boxBytes('JXL ', latin1Bytes('\r\n\x87\n')),
  boxBytes('ftyp', latin1Bytes('jxl \0\0\0\0jxl ')),
]);

function metadataBoxes({ exif, xmp, density }: ImageMetadata): Uint8Array[] {
  const exifToWrite = exifWithDensity(exif, density);
  return [
    ...(exifToWrite === undefined ? [] : [boxBytes(JXL_BOX.exif, new Uint8Array(4), exifToWrite)]),
    ...(xmp === undefined ? [] : [boxBytes(JXL_BOX.xmp, xmp)]),
  ];
}

/**
 * Splices metadata into a JPEG XL file; a bare codestream is put into a container first. The profile is in the codestream
 * already: only an encoder can put it there.
 *
 * @returns undefined when the file is not a JPEG XL.
 */
export function embedJxl(encoded: ByteSource, metadata: ImageMetadata): Segment[] | undefined {
  const added = metadataBoxes(metadata);
  if (added.length === 0) return wholeSource(encoded);
  const { sizeBytes } = encoded;
  if (hasText(encoded.read(0, 2), CODESTREAM_START)) {
    const codestream = boxBytes('jxlc', encoded.read(0, sizeBytes));
    return [HEAD, ...added, codestream].map(ownBytes);
  }
  const boxes = readBoxes(encoded, 0, sizeBytes);
  const [signature, fileType] = boxes;
  if (signature?.type !== 'JXL ' || fileType?.type !== 'ftyp') return undefined;
  const replaced: readonly string[] = [JXL_BOX.exif, JXL_BOX.xmp, JXL_BOX.compressed];
  const kept = boxes.slice(2).filter(({ type }) => !replaced.includes(type));
  return [
    copyRange(0, fileType.end),
    ...added.map(ownBytes),
    ...kept.map(({ start, end }) => copyRange(start, end)),
  ];
}
