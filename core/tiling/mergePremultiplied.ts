import { TILE_CHANNELS, type FloatTile } from './floatTile.ts';
import type { Weights } from './layerBorders.ts';
import { limitPixel, type RangeLimits } from './limitPixel.ts';

/** Below this opacity the colour is invisible. */
const MIN_ALPHA = 1 / 1024;

export interface EnlargedParts {
  /** Colour, enlarged by itself; changed in place. */
  readonly colour: FloatTile;
  /** Colour times alpha, enlarged as one image. */
  readonly premultiplied: FloatTile;
  /** In each plane; changed in place. */
  readonly alpha: FloatTile;
}

/** Of the samples next to a pixel. */
const NEIGHBOURS: RangeLimits = { reachPx: 1, slackOf: () => 0 };

/**
 * Removes the ripple that networks draw next to the edges of borders between layers. Opacity has a steep edge there even
 * where hardly any can be seen over a background, and the ripple is as large as the edge.
 *
 * @param source Of one of the parts, before the enlargement.
 * @param enlarged Is changed.
 */
export function limitRipple(source: FloatTile, enlarged: FloatTile, weights: Weights): void {
  const { width, height } = source;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (weights[y * width + x]! > 0) limitPixel(source, enlarged, { x, y }, NEIGHBOURS);
    }
  }
}

/**
 * Takes the colour of borders between layers from the premultiplied tile, whose edges are those of the opacity: over any
 * background the result then shows the right colour.
 *
 * A network draws edges with a ripple on both sides, in premultiplied colour and opacity alike. Neither may be clamped
 * without the other: the division comes before the clamp to 1, and negative colour is added to the opacity.
 *
 * @param weights 0…1 for each pixel before the enlargement: how much of its colour comes from the premultiplied tile.
 * @param scale Enlargement of the tiles.
 */
export function mergePremultiplied(
  { colour, premultiplied, alpha }: EnlargedParts,
  weights: Weights,
  scale: number,
): void {
  const { width, height } = colour;
  const plane = width * height;
  const end = TILE_CHANNELS * plane;
  const from = { width: width / scale, height: height / scale };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const weight = weightAt(weights, from, (x + 0.5) / scale - 0.5, (y + 0.5) / scale - 0.5);
      if (weight === 0) continue;
      const position = y * width + x;
      let missing = 0;
      for (let index = position; index < end; index += plane)
        missing += Math.max(0, -premultiplied.data[index]!);
      const opacity = alpha.data[position]! + missing / TILE_CHANNELS;
      if (opacity < MIN_ALPHA) continue;
      for (let index = position; index < end; index += plane) {
        const seen = Math.min(1, Math.max(0, premultiplied.data[index]! / opacity));
        colour.data[index] = (1 - weight) * colour.data[index]! + weight * seen;
        alpha.data[index] = (1 - weight) * alpha.data[index]! + weight * opacity;
      }
    }
  }
}

/** Bilinear between pixel centres. */
function weightAt(
  weights: Weights,
  { width, height }: { readonly width: number; readonly height: number },
  x: number,
  y: number,
): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const at = (column: number, row: number): number =>
    weights[Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column))]!;
  const upper = at(left, top) + (at(left + 1, top) - at(left, top)) * (x - left);
  const lower = at(left, top + 1) + (at(left + 1, top + 1) - at(left, top + 1)) * (x - left);
  return upper + (lower - upper) * (y - top);
}
