import { TILE_CHANNELS, type FloatTile } from './floatTile.ts';
import type { Weights } from './layerBorders.ts';

/** Beneath less than this opacity nobody sees the colour. */
const MIN_ALPHA = 1 / 1024;

export interface EnlargedParts {
  /** Colour, enlarged by itself; changed in place. */
  readonly colour: FloatTile;
  /** Colour times alpha, enlarged as one image. */
  readonly light: FloatTile;
  /** In each plane; changed in place. */
  readonly alpha: FloatTile;
}

/**
 * Takes the colour of borders between layers from the light that they give, which has its edges where opacity has them:
 * over any background the result is then that light and what shines through.
 *
 * A network draws edges with a ripple on both sides, which light and opacity have alike. Neither may be cut without the
 * other: above 1 the two are divided by each other before, and where light would be negative the layer lets as much
 * less shine through.
 *
 * @param shares How much so, for each pixel before the enlargement.
 * @param scale Pixels of the tiles for each of those.
 */
export function mergePremultiplied(
  { colour, light, alpha }: EnlargedParts,
  shares: Weights,
  scale: number,
): void {
  const { width, height } = colour;
  const plane = width * height;
  const end = TILE_CHANNELS * plane;
  const from = { width: width / scale, height: height / scale };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = shareAt(shares, from, (x + 0.5) / scale - 0.5, (y + 0.5) / scale - 0.5);
      if (share === 0) continue;
      const position = y * width + x;
      let missing = 0;
      for (let index = position; index < end; index += plane) missing += Math.max(0, -light.data[index]!);
      const opacity = alpha.data[position]! + missing / TILE_CHANNELS;
      if (opacity < MIN_ALPHA) continue;
      for (let index = position; index < end; index += plane) {
        const seen = Math.min(1, Math.max(0, light.data[index]! / opacity));
        colour.data[index] = (1 - share) * colour.data[index]! + share * seen;
        alpha.data[index] = (1 - share) * alpha.data[index]! + share * opacity;
      }
    }
  }
}

/** Bilinear between the pixels' middles. */
function shareAt(
  shares: Weights,
  { width, height }: { readonly width: number; readonly height: number },
  x: number,
  y: number,
): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const at = (column: number, row: number): number =>
    shares[Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column))]!;
  const upper = at(left, top) + (at(left + 1, top) - at(left, top)) * (x - left);
  const lower = at(left, top + 1) + (at(left + 1, top + 1) - at(left, top + 1)) * (x - left);
  return upper + (lower - upper) * (y - top);
}
