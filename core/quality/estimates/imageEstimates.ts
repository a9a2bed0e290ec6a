import type { Rect, Size } from '../../api/image.ts';
import { blockiness } from './blockiness.ts';
import { blur } from './blur.ts';
import { noise } from './noise.ts';
import { rowColourPlanes, rowLumaPlane, type ImageRows } from '../planes/imageRows.ts';
import { sampleAt } from '../planes/planeView.ts';
import { storedPlane } from '../planes/resizedPlane.ts';
import { sampleWindows, stackedWindows } from '../planes/sampleWindows.ts';

/** Estimates from a single image. Compare each figure only with the same figure of another image. */
export interface ImageEstimates {
  /** 0 (sharp) … 1 (blurred); see `blur`. */
  readonly blur: number;
  /** Standard deviation of noise and fine texture, 0…255; see `noise`. */
  readonly noise: number;
  /** About 1 without blocks; see `blockiness`. */
  readonly blockiness: number;
  /** Share of the pixels, 0…1, with a channel at the darkest or brightest value there is. */
  readonly clippedShare: number;
}

/** Pixels that stand for a large image: windows spread over it. */
const SAMPLE_PX = 2 ** 15;
const WINDOW_WIDTH_PX = 256;
const CLIPPING_PX = 2 ** 17;
const MIN_CLIPPING_ROWS = 16;
const MAX_CLIPPING_ROWS = 64;
/** Rows of blocks in a window. */
const WINDOW_BLOCKS = 2;

/**
 * Estimates on luma, or, for large images, on windows of it.
 *
 * @param blockPx Side of the compression blocks to look for: 8 for a JPEG, 8 × scale for its enlargement.
 */
export function imageEstimates(image: ImageRows, blockPx: number): ImageEstimates {
  const windows = sampleWindows(image, {
    width: Math.ceil(WINDOW_WIDTH_PX / blockPx) * blockPx,
    height: WINDOW_BLOCKS * blockPx,
    alignPx: blockPx,
    mostPx: SAMPLE_PX,
  });
  const sample = stackedWindows(image, windows);
  const luma = storedPlane(rowLumaPlane(sample));
  return {
    blur: blur(luma),
    noise: noise(luma),
    blockiness: blockiness(luma, blockPx, windows[0]?.height),
    clippedShare: clippedShare(image),
  };
}

/**
 * Whole rows, spread evenly: input and output have to be sampled in the same places, since their shares are compared.
 */
function clippingRows({ width, height }: Size): readonly Rect[] {
  const count = Math.min(
    height,
    MAX_CLIPPING_ROWS,
    Math.max(MIN_CLIPPING_ROWS, Math.floor(CLIPPING_PX / width)),
  );
  return Array.from({ length: count }, (_, index) => ({
    x: 0,
    y: Math.floor(((index + 0.5) * height) / count),
    width,
    height: 1,
  }));
}

/**
 * Share of the pixels, 0…1, with a channel at the darkest or brightest value, or near one.
 *
 * @param withinLevels How near, on the scale 0…255. Default: half a step of 8 bits.
 */
export function clippedShare(image: ImageRows, withinLevels = 0.5): number {
  const planes = rowColourPlanes(stackedWindows(image, clippingRows(image)));
  const { width, height } = planes[0] ?? { width: 0, height: 0 };
  const row = new Float64Array(width);
  const isClippedAt = new Uint8Array(width);
  let clipped = 0;
  for (let y = 0; y < height; y++) {
    isClippedAt.fill(0);
    for (const plane of planes) {
      plane.readRow(y, row);
      for (let x = 0; x < width; x++) {
        const sample = sampleAt(row, x);
        if (sample <= withinLevels || sample >= 255 - withinLevels) isClippedAt[x] = 1;
      }
    }
    for (let x = 0; x < width; x++) clipped += isClippedAt[x]!;
  }
  return clipped / (width * height);
}
