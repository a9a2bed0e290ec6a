import type { ByteSource } from '../../../metadata/byteSource.ts';
import type { HeaderFacts } from '../formatDecoder.ts';
import { uprightSize } from '../uprightSize.ts';
import { readDirectories, TIFF_TAG } from './tiffDirectory.ts';
import { pagesOf } from './tiffPages.ts';

/** The size of a TIFF's first page, and how many pages it has. */
export function tiffHeader(source: ByteSource): HeaderFacts | undefined {
  const pages = pagesOf(readDirectories(source).directories);
  const [first] = pages;
  if (first === undefined) return undefined;
  const size = { width: first.number(TIFF_TAG.width, 0), height: first.number(TIFF_TAG.height, 0) };
  return { size: uprightSize(size, first.number(TIFF_TAG.orientation, 1)), frames: pages.length };
}
