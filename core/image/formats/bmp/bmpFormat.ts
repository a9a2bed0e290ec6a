import { rasterFile } from '../../rasterFile.ts';
import { assertDecodable, headText, type FormatDecoder } from '../formatDecoder.ts';
import { bmpColour } from './bmpColour.ts';
import { decodeBmp, readBmpHeader } from './decodeBmp.ts';

/** The headers, with the largest palette. */
const HEADER_BYTES = 2048;

export const bmpFormat: FormatDecoder = {
  format: 'bmp',
  // Texts may begin with "BM", but not with the size of a header after it.
  matches: (source) => headText(source, 0, 2) === 'BM' && headText(source, 15, 18) === '\0\0\0',
  header: (source) => {
    const { width, height } = readBmpHeader(source.read(0, HEADER_BYTES));
    return { size: { width, height }, frames: 1 };
  },
  prepare: (file, limits) => {
    const bytes = file.whole();
    const header = readBmpHeader(bytes);
    assertDecodable(header, limits);
    return Promise.resolve({
      bytes: rasterFile(decodeBmp(bytes, header), { icc: header.icc }),
      colour: header.icc === undefined ? bmpColour(bytes) : undefined,
      warnings: [],
    });
  },
};
