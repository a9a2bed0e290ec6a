import { damagedImage } from '../damagedImage.ts';
import { headText, type FormatDecoder, type InputBytes } from '../formatDecoder.ts';
import { leavesCanvasFree, withClearFrame } from './freeCanvas.ts';
import { gifHeader } from './gifHeader.ts';
import { countGifImages, isCutOffGif } from './gifBlocks.ts';

/** libvips decodes the part of a GIF that is there and does not report what is missing. */
function assertWholeGif({ source }: InputBytes): void {
  if (isCutOffGif(source)) throw damagedImage('the GIF is cut off');
}

const PROFILE_LEFT_OUT = 'The colour profile of the GIF was left out, as browsers do not apply it.';

/** Some programs store a profile in an application extension. */
function hasProfile(bytes: Buffer): boolean {
  return bytes.includes('\x21\xff\x0bICCRGBG1012', 0, 'latin1');
}

export const gifFormat: FormatDecoder = {
  format: 'gif',
  matches: (source) => /^GIF8[79]a$/.test(headText(source, 0, 6)),
  header: gifHeader,
  prepare: (file) => {
    assertWholeGif(file);
    const warnings = hasProfile(file.whole()) ? [PROFILE_LEFT_OUT] : [];
    if (!leavesCanvasFree(file.source)) return Promise.resolve({ warnings });
    const bytes = withClearFrame(file.whole(), file.source);
    return Promise.resolve({ bytes, pages: countGifImages(file.source), warnings });
  },
};
