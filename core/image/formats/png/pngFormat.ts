import { EnlargerError } from '../../../api/errors.ts';
import { pngChunks, PNG_SIGNATURE } from '../../../metadata/png/pngChunks.ts';
import { headText, type FormatDecoder, type InputBytes, type Preparation } from '../formatDecoder.ts';
import { pngColour } from './pngColour.ts';

/** @returns Whether the file is animated: the control chunk precedes the first image data (PNG third edition, 11.3.6). */
function isAnimated({ source }: InputBytes): boolean {
  for (const { type } of pngChunks(source)) {
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}

function preparePng(file: InputBytes): Preparation {
  const first = pngChunks(file.source).next();
  if (first.done !== true && first.value.type === 'CgBI') {
    const message =
      "This PNG is in the format of Apple's app bundles (CgBI), which is not supported. Convert it to an ordinary PNG first.";
    throw new EnlargerError('image/unsupported-pixels', message);
  }
  const warnings = isAnimated(file) ? ['Only the first frame of the animation is enlarged.'] : [];
  return { colour: pngColour(file.source), warnings };
}

export const pngFormat: FormatDecoder = {
  format: 'png',
  matches: (source) => headText(source, 0, 8) === PNG_SIGNATURE,
  prepare: (file) => Promise.resolve(preparePng(file)),
};
