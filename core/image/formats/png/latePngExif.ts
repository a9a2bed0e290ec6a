import { exifOrientation } from '../../../metadata/exif/exifOrientation.ts';
import { assembleSegments, embedMetadata } from '../../../metadata/embedMetadata.ts';
import { pngChunks } from '../../../metadata/png/pngChunks.ts';
import { keywordOf } from '../../../metadata/png/pngText.ts';
import { RAW_PROFILE_KEYWORD } from '../../../metadata/png/rawProfile.ts';
import { readPng } from '../../../metadata/png/readPng.ts';
import type { InputBytes } from '../formatDecoder.ts';

const TEXT_TYPES = ['tEXt', 'zTXt', 'iTXt'];
const MAX_KEYWORD_BYTES = 80;

/** Whether EXIF may be where libvips does not look: behind the pixels, or in a text, as ImageMagick wrote it for years. */
function mayHaveLateExif({ source }: InputBytes): boolean {
  let isBehind = false;
  for (const { type, dataStart, dataEnd } of pngChunks(source)) {
    if (type === 'IDAT') isBehind = true;
    if (type === 'eXIf') return isBehind;
    if (!TEXT_TYPES.includes(type)) continue;
    const head = source.read(dataStart, Math.min(dataEnd, dataStart + MAX_KEYWORD_BYTES));
    if (keywordOf(head).startsWith(RAW_PROFILE_KEYWORD)) return true;
  }
  return false;
}

/** The PNG with its EXIF where libvips reads how the image is turned; undefined if that changes nothing. */
export function withEarlyExif(file: InputBytes): Buffer | undefined {
  if (!mayHaveLateExif(file)) return undefined;
  const { exif } = readPng(file.whole(), () => undefined);
  const orientation = exif && exifOrientation(exif);
  if (exif === undefined || orientation === undefined || orientation < 2 || orientation > 8) return undefined;
  return Buffer.from(assembleSegments(file.source, embedMetadata('png', file.source, { exif }).segments));
}
