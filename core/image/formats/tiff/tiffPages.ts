import type { ByteSource } from '../../../metadata/byteSource.ts';
import { isMask, readDirectories, TIFF_TAG, type TiffDirectory } from './tiffDirectory.ts';
import { planesOf } from './tiffStack.ts';

/** A flag of NewSubfileType (TIFF 6.0). */
const REDUCED = 1;

/** Whether a directory contains a reduced copy or a mask of another image (TIFF 6.0, NewSubfileType; older SubfileType). */
function isAuxiliary(directory: TiffDirectory): boolean {
  const isReduced = (directory.number(TIFF_TAG.newSubfileType, 0) & REDUCED) !== 0;
  return isReduced || isMask(directory) || directory.number(TIFF_TAG.subfileType, 1) === 2;
}

/**
 * The images of a TIFF that are its pages. [Note: Which image of a TIFF is the image] Thumbnails and masks are flagged
 * and never count, wherever they are; a file in which everything is flagged has its largest image as its only page. The
 * planes of a stack are pages, too.
 */
export function pagesOf(directories: readonly TiffDirectory[]): TiffDirectory[] {
  const images = directories.filter(
    (one) => one.number(TIFF_TAG.width, 0) > 0 && one.number(TIFF_TAG.height, 0) > 0,
  );
  const pages = images.filter((one) => !isAuxiliary(one));
  const [only] = pages;
  if (only !== undefined && directories.length === 1) return planesOf(only);
  if (pages.length > 0) return pages;
  const area = (one: TiffDirectory): number => one.number(TIFF_TAG.width, 0) * one.number(TIFF_TAG.height, 0);
  return images.sort((a, b) => area(b) - area(a)).slice(0, 1);
}

/** How many pages a TIFF has; at least 1, even if it is too damaged to count them. */
export function countTiffPages(source: ByteSource): number {
  return Math.max(1, pagesOf(readDirectories(source).directories).length);
}
