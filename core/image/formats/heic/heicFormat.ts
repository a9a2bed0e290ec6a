import { decodeInThread } from '../../codecs/codecThread.ts';
import { rasterFile } from '../../rasterFile.ts';
import type { DecodeLimits, FormatDecoder, InputBytes, Preparation } from '../formatDecoder.ts';
import { assertCoding } from './heifCoding.ts';
import { hasHeifBrand } from './heifBrands.ts';
import { heifColour } from './heifColour.ts';
import { heifExtras } from './heifExtras.ts';
import { heifHeader } from './heifHeader.ts';

async function prepareHeic(file: InputBytes, { maxPixels }: DecodeLimits): Promise<Preparation> {
  assertCoding(file.source, 'hvc1');
  const { image, icc } = await decodeInThread({
    kind: 'decode-heic',
    bytes: file.whole(),
    maxPixels,
  });
  return {
    bytes: rasterFile(image, { icc }),
    colour: icc === undefined ? heifColour(file.source) : undefined,
    warnings: heifExtras(file.source),
  };
}

export const heicFormat: FormatDecoder = {
  format: 'heic',
  matches: hasHeifBrand,
  header: heifHeader,
  prepare: prepareHeic,
};
