import { EnlargerError } from '../../../api/errors.ts';
import { pngChunks, PNG_SIGNATURE } from '../../../metadata/png/pngChunks.ts';
import { headText, type FormatDecoder, type InputBytes, type Preparation } from '../formatDecoder.ts';
import { readApng } from './apngFrames.ts';
import { pngColour } from './pngColour.ts';
import { pngHeader } from './pngHeader.ts';

function preparePng(file: InputBytes): Preparation {
  const first = pngChunks(file.source).next();
  if (first.done !== true && first.value.type === 'CgBI') {
    const message =
      "This PNG is in the format of Apple's app bundles (CgBI), which is not supported. Convert it to an ordinary PNG first.";
    throw new EnlargerError('image/unsupported-pixels', message);
  }
  const animation = readApng(file.source);
  return {
    colour: pngColour(file.source),
    ...(animation && { pages: animation.frames.length }),
    warnings: [],
  };
}

export const pngFormat: FormatDecoder = {
  format: 'png',
  matches: (source) => headText(source, 0, 8) === PNG_SIGNATURE,
  header: pngHeader,
  prepare: (file) => Promise.resolve(preparePng(file)),
};
