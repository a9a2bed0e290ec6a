import { decodeInThread } from '../../codecs/codecThread.ts';
import { rasterFile } from '../../rasterFile.ts';
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

async function prepareJxl(file: InputBytes, limits: DecodeLimits): Promise<Preparation> {
  const size = jxlSize(file.source);
  if (size !== undefined) assertDecodable(size, limits);
  const { maxPixels } = limits;
  const bytes = codestreamOnly(file.whole());
  const { image, icc, others } = await decodeInThread({ kind: 'decode-jxl', bytes, maxPixels });
  const warnings = others > 0 ? [`Only the first of ${others + 1} frames is enlarged.`] : [];
  return { bytes: rasterFile(image, { icc }), warnings };
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
