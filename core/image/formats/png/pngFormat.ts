import { EnlargerError } from '../../../api/errors.ts';
import { pngChunks, PNG_SIGNATURE } from '../../../metadata/png/pngChunks.ts';
import { damagedImage } from '../damagedImage.ts';
import { headText, type FormatDecoder, type InputBytes, type Preparation } from '../formatDecoder.ts';
import { readApng } from './apngFrames.ts';
import { withEarlyExif } from './latePngExif.ts';
import { pngColour } from './pngColour.ts';
import { pngHeader } from './pngHeader.ts';

/** libpng reads the pixels and stops there. What comes after them, such as more frames, can be missing then. */
function assertWholePng({ source }: InputBytes): void {
  let last = '';
  for (const { type } of pngChunks(source)) last = type;
  if (last !== 'IEND') throw damagedImage('the PNG is cut off before its last chunk');
}

function preparePng(file: InputBytes): Preparation {
  assertWholePng(file);
  const first = pngChunks(file.source).next();
  if (first.done !== true && first.value.type === 'CgBI') {
    const message =
      "This PNG is in the format of Apple's app bundles (CgBI), which is not supported. Convert it to an ordinary PNG first.";
    throw new EnlargerError('image/unsupported-pixels', message);
  }
  const animation = readApng(file.source);
  return {
    bytes: withEarlyExif(file),
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
