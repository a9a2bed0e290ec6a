import { hasAlphaChannel, peakOf, type Raster, type Rect } from '../api/image.ts';

/** How far apart two pixels of different layers are on a soft border. */
const REACH_PX = 2;

/** The decision also applies this far around such a border. */
const SPREAD_PX = 3;

/** Pixels up to this far away affect the decision on a pixel. */
export const BORDER_REACH_PX = REACH_PX + SPREAD_PX;

/** A smaller difference in opacity is a texture within one layer. */
const MIN_ALPHA_STEP = 1 / 32;

/** A smaller visible difference in colour is noise. */
const MIN_COLOUR_STEP = 0.0075;

/** A weight for each pixel of a window, 0…1, row by row. */
export type Weights = Float32Array;

const SIDE_PX = 2 * REACH_PX + 1;

const NEIGHBOURS: readonly (readonly [number, number])[] = Array.from(
  { length: SIDE_PX ** 2 },
  (_, index) => {
    return [(index % SIDE_PX) - REACH_PX, Math.floor(index / SIDE_PX) - REACH_PX] as const;
  },
).filter(([x, y]) => x !== 0 || y !== 0);

/**
 * Finds where two layers of different colour and different opacity meet, such as a shape and its soft shadow. A pixel
 * on such a border contains the colour of both, each by its opacity, so that the edge of its colour is not at the edge of
 * its opacity. Enlarged separately, the two would leave a line between them.
 *
 * @param window Part of the raster; its surroundings in the raster are examined, too.
 * @returns 1 on such borders, fading to 0 around them; undefined if the window has none.
 */
export function layerBorders(raster: Raster, window: Rect): Weights | undefined {
  const { width, height, channels } = raster;
  if (!hasAlphaChannel(channels)) return undefined;
  const left = Math.max(0, window.x - BORDER_REACH_PX);
  const top = Math.max(0, window.y - BORDER_REACH_PX);
  const right = Math.min(width, window.x + window.width + BORDER_REACH_PX);
  const bottom = Math.min(height, window.y + window.height + BORDER_REACH_PX);
  const weights = new Float32Array(window.width * window.height);
  let isEmpty = true;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      if (!isOnBorder(raster, x, y)) continue;
      isEmpty = !spread(weights, window, x - window.x, y - window.y) && isEmpty;
    }
  }
  return isEmpty ? undefined : weights;
}

/** Whether a pixel and one of its neighbours belong to different layers, one of them only half seen. */
function isOnBorder({ data, channels, width, height }: Raster, x: number, y: number): boolean {
  const unit = 1 / peakOf(data);
  const pixel = (y * width + x) * channels;
  const alpha = data[pixel + channels - 1]! * unit;
  if (alpha === 0) return false;
  for (const [dx, dy] of NEIGHBOURS) {
    const [column, row] = [x + dx, y + dy];
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const other = (row * width + column) * channels;
    const otherAlpha = data[other + channels - 1]! * unit;
    if (otherAlpha === 0 || Math.abs(otherAlpha - alpha) < MIN_ALPHA_STEP) continue;
    const seen = Math.min(alpha, otherAlpha) * unit;
    for (let channel = 0; channel < channels - 1; channel++) {
      if (Math.abs(data[pixel + channel]! - data[other + channel]!) * seen > MIN_COLOUR_STEP) return true;
    }
  }
  return false;
}

/** Raises the weights around a pixel of a border. @returns Whether any of them is in the window. */
function spread(weights: Weights, { width, height }: Rect, x: number, y: number): boolean {
  let isInside = false;
  for (let row = Math.max(0, y - SPREAD_PX); row <= Math.min(height - 1, y + SPREAD_PX); row++) {
    for (let column = Math.max(0, x - SPREAD_PX); column <= Math.min(width - 1, x + SPREAD_PX); column++) {
      const distance = Math.max(Math.abs(row - y), Math.abs(column - x));
      const weight = Math.min(1, (SPREAD_PX + 1 - distance) / 2);
      const position = row * width + column;
      weights[position] = Math.max(weights[position]!, weight);
      isInside = true;
    }
  }
  return isInside;
}
