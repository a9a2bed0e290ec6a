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
import { heifHeader } from './heifHeader.ts';

const BRANDS = /heic|heix|hevc|hevx|heim|heis|hevm|hevs|mif1|mif2|msf1|miaf/;

function notes(others: number, extras: readonly string[]): string[] {
  const images = others === 1 ? 'Another image in the file was' : `${others} other images in the file were`;
  return [
    ...(others > 0 ? [`${images} left out; the main one was enlarged.`] : []),
    ...extras.map((name) => `The ${name} of the photo was left out; the image itself was enlarged.`),
  ];
}

async function prepareHeic(file: InputBytes, { maxPixels }: DecodeLimits): Promise<Preparation> {
  const { image, icc, others, extras } = await decodeInThread({
    kind: 'decode-heic',
    bytes: file.whole(),
    maxPixels,
  });
  return {
    bytes: rasterFile(image, { icc }),
    colour: icc === undefined ? heifColour(file.source) : undefined,
    warnings: notes(others, extras),
  };
}

export const heicFormat: FormatDecoder = {
  format: 'heic',
  matches: (source) => headText(source, 4, 8) === 'ftyp' && BRANDS.test(headText(source, 8, 64)),
  header: heifHeader,
  prepare: prepareHeic,
};
