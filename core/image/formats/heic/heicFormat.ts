import { decodeInThread } from '../../codecs/codecThread.ts';
import { rasterFile } from '../../rasterFile.ts';
import {
  headText,
  type DecodeLimits,
  type FormatDecoder,
  type InputBytes,
  type Preparation,
} from '../formatDecoder.ts';
import { heifColour } from './heifColour.ts';
import { heifExtras } from './heifExtras.ts';
import { heifHeader } from './heifHeader.ts';

const BRANDS = /heic|heix|hevc|hevx|heim|heis|hevm|hevs|mif1|mif2|msf1|miaf/;

async function prepareHeic(file: InputBytes, { maxPixels }: DecodeLimits): Promise<Preparation> {
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
  matches: (source) => headText(source, 4, 8) === 'ftyp' && BRANDS.test(headText(source, 8, 64)),
  header: heifHeader,
  prepare: prepareHeic,
};
