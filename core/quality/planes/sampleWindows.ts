import type { Rect, Size } from '../../api/image.ts';
import type { ImageRows } from './imageRows.ts';

export interface WindowOptions {
  /** The size of a window; smaller images have smaller ones. */
  readonly width: number;
  readonly height: number;
  /** Windows start at multiples of this. */
  readonly alignPx: number;
  /** Pixels of all windows together, rounded down to whole windows, but at least one. */
  readonly mostPx: number;
}

/** Fractions of the golden ratio never come near each other: windows cover every part of the image's width. */
const GOLDEN_RATIO = 0.618033988749895;

/**
 * Windows that stand for an image that is too large to measure in full: from the top edge to the bottom edge, in
 * different places across.
 *
 * @returns Windows of equal size, from the top; the whole image as one where that is no more than `mostPx`.
 */
export function sampleWindows(
  size: Size,
  { width, height, alignPx, mostPx }: WindowOptions,
): readonly Rect[] {
  if (size.width * size.height <= mostPx) return [{ x: 0, y: 0, width: size.width, height: size.height }];
  const window = { width: Math.min(width, size.width), height: Math.min(height, size.height) };
  const room = { x: size.width - window.width, y: size.height - window.height };
  const count = Math.max(1, Math.floor(mostPx / (window.width * window.height)));
  const aligned = (position: number): number => Math.floor(position / alignPx) * alignPx;
  return Array.from({ length: count }, (_, index) => ({
    x: aligned(((0.5 + index * GOLDEN_RATIO) % 1) * room.x),
    y: aligned(count === 1 ? room.y / 2 : (index * room.y) / (count - 1)),
    ...window,
  }));
}

/** The windows of an image as one narrow image, one below the other. */
export function stackedWindows(image: ImageRows, windows: readonly Rect[]): ImageRows {
  const { channels, peak } = image;
  const { width, height } = windows[0] ?? { width: 0, height: 0 };
  return {
    width,
    height: height * windows.length,
    channels,
    peak,
    readRow: (row) => {
      const window = windows[Math.floor(row / height)];
      if (window === undefined) throw new RangeError(`row ${row} is outside ${windows.length} windows`);
      const samples = image.readRow(window.y + (row % height));
      return samples.subarray(window.x * channels, (window.x + width) * channels);
    },
  };
}
