import type { Sharp } from 'sharp';
import { EnlargerError } from '../../api/errors.ts';
import type { Size } from '../../api/image.ts';
import { decodeError } from '../libvips.ts';
import { prepareImage } from '../prepareImage.ts';
import { readImageFormat, withInputBytes } from '../readInput.ts';
import { sharp } from '../sharpLoader.ts';
import { decodedView, type ImageView } from '../smallImages.ts';

/** Results are shown, too, and they may have this many pixels. */
const MAX_VIEWED_PIXELS = 2600e6;

/** Longest side of a thumbnail. */
const THUMBNAIL_PX = 256;

/** Side of a pyramid's tiles. */
export const PYRAMID_TILE_PX = 512;

/** A pyramid up to this size is kept as it is; a larger one would fill the disk and is compressed. */
const MAX_PLAIN_PYRAMID_PIXELS = 160e6;

export interface PyramidFile {
  readonly size: Size;
  /** How many levels there are; the last fits in one tile, but for a line of one pixel. Level n is ⌊side / 2ⁿ⌋ px wide and high, at least 1. */
  readonly levels: number;
}

interface OpenedView {
  readonly view: Sharp;
  /** Upright. */
  readonly size: Size;
  readonly hasAlpha: boolean;
}

/** What libvips opens: the file itself if possible, so that memory does not grow with the image. */
async function viewable(file: string): Promise<string | Buffer> {
  const format = await readImageFormat(file); // refuses what is not a regular file, and formats that are not read
  // libjpeg decodes as much of a JPEG as it can, and ignores errors outside the pixels.
  if (format === 'jpeg') return file;
  const prepared = await withInputBytes(file, (input) =>
    whileViewing(() => prepareImage(input, format, { maxPixels: MAX_VIEWED_PIXELS })),
  );
  return prepared.bytes ?? file;
}

/**
 * Opens a file for display; of a damaged one, everything readable is shown. Files are read piece by piece, so that memory
 * does not grow with the image.
 */
async function openView(file: string, timeoutSeconds: number): Promise<OpenedView> {
  const view = sharp(await viewable(file), {
    failOn: 'none',
    limitInputPixels: MAX_VIEWED_PIXELS,
    limitInputChannels: 5,
    sequentialRead: true,
    pages: 1,
  }).timeout({ seconds: timeoutSeconds });
  const { autoOrient, hasAlpha, depth, icc } = await view.metadata();
  const { width, height } = autoOrient;
  if (width * height > MAX_VIEWED_PIXELS) {
    const message = `The image has ${width} × ${height} px; at most ${MAX_VIEWED_PIXELS / 1e6} MP are shown.`;
    throw new EnlargerError('image/too-large', message, { width, height });
  }
  const isDeep = depth === 'ushort' && icc !== undefined; // see [Note: Deep colour by profile]
  const shown = isDeep ? view.withIccProfile('srgb', { attach: false }) : view;
  return { view: shown.autoOrient(), size: { width, height }, hasAlpha };
}

async function whileViewing<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw decodeError(error, { maxPixels: MAX_VIEWED_PIXELS });
  }
}

/**
 * Writes a small WebP of an image, upright and in sRGB.
 *
 * @returns The size of the whole image, upright.
 * @throws EnlargerError `input/…` or `image/…`.
 */
export function writeThumbnail(file: string, target: string): Promise<Size> {
  return whileViewing(async () => {
    const { view, size } = await openView(file, 20);
    await view
      .resize(THUMBNAIL_PX, THUMBNAIL_PX, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .webp({ quality: 80, effort: 1 })
      .toFile(target);
    return size;
  });
}

/**
 * Renders a file in any requested size and part. Nothing is kept in between.
 *
 * @throws EnlargerError `input/…` or `image/…`, also from every view.
 */
export function openImageView(file: string): Promise<ImageView> {
  return whileViewing(async () => {
    const { view, size, hasAlpha } = await openView(file, 60);
    const decoded = decodedView(size, hasAlpha, () => view.clone());
    return {
      size,
      resized: (wanted) => whileViewing(() => decoded.resized(wanted)),
      cropped: (place, wanted) => whileViewing(() => decoded.cropped(place, wanted)),
    };
  });
}

/** TIFF counts tiles in sixteens, and libvips refuses to read tiles that are far larger than their image. */
function storedTilePx(sidePx: number): number {
  return Math.min(PYRAMID_TILE_PX, Math.ceil(sidePx / 16) * 16);
}

/**
 * Writes an image as a tiled file with ever smaller levels, upright and in sRGB, in one pass over its rows.
 *
 * @throws EnlargerError `input/…` or `image/…`.
 */
export function writePyramid(file: string, target: string): Promise<PyramidFile> {
  return whileViewing(async () => {
    const { view, size, hasAlpha } = await openView(file, 240);
    const isLarge = size.width * size.height > MAX_PLAIN_PYRAMID_PIXELS;
    await view
      .toColourspace('srgb')
      .tiff({
        tile: true,
        tileWidth: storedTilePx(size.width),
        tileHeight: storedTilePx(size.height),
        pyramid: true,
        bigtiff: true,
        // JPEG has no alpha.
        compression: !isLarge ? 'none' : hasAlpha ? 'lzw' : 'jpeg',
        quality: 95,
        predictor: 'none',
      })
      .toFile(target);
    const { pages } = await sharp(target, { limitInputPixels: false }).metadata();
    return { size, levels: pages ?? 1 };
  });
}

/**
 * Cuts one tile out of a file that `writePyramid` made, as PNG: pixels that people inspect must not be changed.
 *
 * @throws EnlargerError `media/not-found` for a tile outside the image.
 */
export async function cutPyramidTile(
  pyramidFile: string,
  { size, levels }: PyramidFile,
  tile: { readonly level: number; readonly column: number; readonly row: number },
): Promise<Buffer> {
  const { level, column, row } = tile;
  const sideOf = (px: number): number => Math.max(1, Math.floor(px / 2 ** level));
  const left = column * PYRAMID_TILE_PX;
  const top = row * PYRAMID_TILE_PX;
  const width = Math.min(PYRAMID_TILE_PX, sideOf(size.width) - left);
  const height = Math.min(PYRAMID_TILE_PX, sideOf(size.height) - top);
  if (level >= levels || width < 1 || height < 1) {
    const message = `There is no tile ${level}/${column}/${row} in this image.`;
    throw new EnlargerError('media/not-found', message, { level, column, row });
  }
  return sharp(pyramidFile, { limitInputPixels: false, page: level, pages: 1 })
    .extract({ left, top, width, height })
    .png({ compressionLevel: 1 })
    .toBuffer();
}
