import { TILE_CHANNELS, type FloatTile } from './floatTile.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The range of samples that a result has to stay in. */
export interface RangeLimits {
  /** Samples up to this far around a pixel count. */
  readonly reachPx: number;
  /** How far a result may be outside their range. */
  readonly slackOf: (range: number) => number;
}

/**
 * Limits the result of one pixel, plane by plane, to the range of the samples around it.
 *
 * @param enlarged Is changed.
 */
export function limitPixel(
  source: FloatTile,
  enlarged: FloatTile,
  { x, y }: Point,
  { reachPx, slackOf }: RangeLimits,
): void {
  const { data, width, height } = source;
  const made = enlarged.data;
  const scale = enlarged.width / width;
  const [left, right] = [Math.max(0, x - reachPx), Math.min(width - 1, x + reachPx)];
  const [top, bottom] = [Math.max(0, y - reachPx), Math.min(height - 1, y + reachPx)];
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
    const slack = slackOf(most - least);
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
