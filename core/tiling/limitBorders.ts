import type { FloatTile } from './floatTile.ts';
import { limitPixel, type RangeLimits } from './limitPixel.ts';

/** Which sides of a tile are borders of the image. */
export interface ImageBorders {
  readonly left: boolean;
  readonly top: boolean;
  readonly right: boolean;
  readonly bottom: boolean;
}

/** How far from a border networks were seen to tint pixels by more than a step or two of 8 bit. */
const ZONE_PX = 4;

/** The tolerance: as much as the range itself, plus two steps of 8 bit for equal samples. */
const BORDER_LIMITS: RangeLimits = { reachPx: 2, slackOf: (range) => range + 2 / 255 };

/**
 * Keeps an enlarged tile near the colours of its source along the borders of an image. Networks see black beyond them, and
 * darken or tint even areas there. Edges and texture have a wide range around them and stay as they are.
 *
 * @param enlarged Is changed.
 * @param contextPx How far the network sees: if less than the zone, nothing is changed, so that tiles agree.
 */
export function limitBorders(
  source: FloatTile,
  enlarged: FloatTile,
  borders: ImageBorders,
  contextPx: number,
): void {
  if (contextPx < ZONE_PX) return;
  const { width, height } = source;
  const isNearColumn = (x: number): boolean =>
    (borders.left && x < ZONE_PX) || (borders.right && x >= width - ZONE_PX);
  const isNearRow = (y: number): boolean =>
    (borders.top && y < ZONE_PX) || (borders.bottom && y >= height - ZONE_PX);
  for (let y = 0; y < height; y++) {
    const isWhole = isNearRow(y);
    for (let x = 0; x < width; x++) {
      if (isWhole || isNearColumn(x)) limitPixel(source, enlarged, { x, y }, BORDER_LIMITS);
    }
  }
}
