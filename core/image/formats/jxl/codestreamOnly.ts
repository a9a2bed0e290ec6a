import { bytesSource } from '../../../metadata/byteSource.ts';
import { readBoxes } from '../../../metadata/heif/boxes.ts';

/** The boxes that contain pixels, and those without which they are not read (ISO/IEC 18181-2). */
const PIXEL_BOXES = ['JXL ', 'ftyp', 'jxll', 'jxlc', 'jxlp'];

/**
 * A JPEG XL file without its metadata, which are read elsewhere: its decoder refuses files in which they are compressed.
 *
 * @returns The same bytes for a bare codestream.
 */
export function codestreamOnly(file: Buffer): Buffer {
  const boxes = readBoxes(bytesSource(file), 0, file.length);
  if (boxes[0]?.type !== 'JXL ') return file;
  // The last box may be cut off: it is passed on unchanged, so that the decoder finds the damage.
  const rest = boxes.at(-1)?.end ?? 0;
  const kept = boxes.filter(({ type }) => PIXEL_BOXES.includes(type));
  return Buffer.concat([...kept.map(({ start, end }) => file.subarray(start, end)), file.subarray(rest)]);
}
