import { TILE_CHANNELS, type FloatTile } from './floatTile.ts';

/** Which sides of a tile are borders of the image. */
export interface ImageBorders {
  readonly left: boolean;
  readonly top: boolean;
  readonly right: boolean;
  readonly bottom: boolean;
}

/** How far from a border networks were seen to tint what is there by more than a step or two of 8 bit. */
const ZONE_PX = 4;

/** Samples up to this far around a pixel limit its result. */
const REACH_PX = 2;

/** What a result may exceed the samples around it by where they are all alike: two steps of 8 bit. */
const LEAST_SLACK = 2 / 255;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Limits the result of one pixel to the range of the samples around it, widened by that range. */
function limitPixel(source: FloatTile, enlarged: FloatTile, { x, y }: Point): void {
  const { data, width, height } = source;
  const made = enlarged.data;
  const scale = enlarged.width / width;
  const [left, right] = [Math.max(0, x - REACH_PX), Math.min(width - 1, x + REACH_PX)];
  const [top, bottom] = [Math.max(0, y - REACH_PX), Math.min(height - 1, y + REACH_PX)];
  for (let plane = 0; plane < TILE_CHANNELS; plane++) {
    let least = Infinity;
    let most = -Infinity;
    for (let row = top; row <= bottom; row++) {
      const start = (plane * height + row) * width;
      for (let at = start + left; at <= start + right; at++) {
        const sample = data[at]!;
        if (sample < least) least = sample;
        if (sample > most) most = sample;
      }
    }
    const slack = most - least + LEAST_SLACK;
    least -= slack;
    most += slack;
    for (let row = 0; row < scale; row++) {
      const start = ((plane * height + y) * scale + row) * enlarged.width + x * scale;
      for (let at = start; at < start + scale; at++) {
        const value = made[at]!;
        if (value < least) made[at] = least;
        else if (value > most) made[at] = most;
      }
    }
  }
}

/**
 * Keeps an enlarged tile near the colours of its source along the borders of an image. Networks see black beyond them, and
 * darken or tint even areas there. Edges and texture have a wide range around them and stay as they are.
 *
 * @param enlarged Is changed.
 * @param contextPx How far the network sees: one that sees less than the zone is left alone, so that tiles agree.
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
    for (let x = 0; x < width; x++) if (isWhole || isNearColumn(x)) limitPixel(source, enlarged, { x, y });
  }
}
