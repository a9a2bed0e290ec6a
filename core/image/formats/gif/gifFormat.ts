import { EnlargerError } from '../../../api/errors.ts';
import { headText, type FormatDecoder, type InputBytes } from '../formatDecoder.ts';
import { gifHeader } from './gifHeader.ts';
import { isCutOffGif } from './isAnimatedGif.ts';

/** libvips shows what has come of a GIF, and does not mention what has not. */
function assertWholeGif({ source }: InputBytes): void {
  if (isCutOffGif(source))
    throw new EnlargerError('image/corrupt', 'The image is damaged: the file is cut off.');
}

export const gifFormat: FormatDecoder = {
  format: 'gif',
  matches: (source) => /^GIF8[79]a$/.test(headText(source, 0, 6)),
  header: gifHeader,
  prepare: (file) => {
    assertWholeGif(file);
    return Promise.resolve(undefined);
  },
};
