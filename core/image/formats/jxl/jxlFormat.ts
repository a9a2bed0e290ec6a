import type { ByteSource } from '../../../metadata/byteSource.ts';
import { readBoxes } from '../../../metadata/heif/boxes.ts';
import { decodeInThread } from '../../codecs/codecThread.ts';
import { rasterFile } from '../../rasterFile.ts';
import { LEFT_OUT } from '../leftOut.ts';
import { codestreamOnly } from './codestreamOnly.ts';
import { jxlSize } from './jxlSize.ts';
import {
  assertDecodable,
  headText,
  type DecodeLimits,
  type FormatDecoder,
  type InputBytes,
  type Preparation,
} from '../formatDecoder.ts';

/** A gain map has a separate box (ISO/IEC 18181-2, 9.9). */
function hasGainMap(source: ByteSource): boolean {
  return readBoxes(source, 0, source.sizeBytes).some(({ type }) => type === 'jhgm');
}

async function prepareJxl(file: InputBytes, limits: DecodeLimits): Promise<Preparation> {
  const size = jxlSize(file.source);
  if (size !== undefined) assertDecodable(size, limits);
  const { maxPixels } = limits;
  const bytes = codestreamOnly(file.whole());
  const { image, icc, frames, warnings } = await decodeInThread({ kind: 'decode-jxl', bytes, maxPixels });
  const notes: string[] = hasGainMap(file.source) ? [LEFT_OUT.gainMap] : [];
  if (frames > 1) notes.push(`Only the first of ${frames} frames was enlarged.`);
  return { bytes: rasterFile(image, { icc }), warnings: [...warnings, ...notes] };
}

export const jxlFormat: FormatDecoder = {
  format: 'jxl',
  matches: (source) => {
    const head = headText(source, 0, 12);
    return head.startsWith('\xff\x0a') || head === '\0\0\0\x0cJXL \r\n\x87\n';
  },
  header: (source) => {
    const size = jxlSize(source);
    return size && { size, frames: 1 };
  },
  prepare: prepareJxl,
};
