import { headText, type FormatDecoder } from '../formatDecoder.ts';
import { gifHeader } from './gifHeader.ts';

export const gifFormat: FormatDecoder = {
  format: 'gif',
  matches: (source) => /^GIF8[79]a$/.test(headText(source, 0, 6)),
  header: gifHeader,
};
