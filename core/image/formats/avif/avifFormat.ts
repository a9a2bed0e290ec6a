import { heifColour } from '../heic/heifColour.ts';
import { headText, type FormatDecoder } from '../formatDecoder.ts';
import { heifHeader } from '../heic/heifHeader.ts';

export const avifFormat: FormatDecoder = {
  format: 'avif',
  matches: (source) => headText(source, 4, 8) === 'ftyp' && /avif|avis/.test(headText(source, 8, 64)),
  header: heifHeader,
  prepare: (file) => Promise.resolve({ colour: heifColour(file.source), warnings: [] }),
};
