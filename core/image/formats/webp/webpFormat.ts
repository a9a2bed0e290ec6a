import { headText, type FormatDecoder } from '../formatDecoder.ts';
import { webpHeader } from './webpHeader.ts';

export const webpFormat: FormatDecoder = {
  format: 'webp',
  matches: (source) => headText(source, 0, 4) === 'RIFF' && headText(source, 8, 12) === 'WEBP',
  header: webpHeader,
};
