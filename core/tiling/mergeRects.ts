import type { Rect } from '../api/image.ts';

/** Pixels by which a window costs more than its area: each run of a network has a fixed cost. */
const WINDOW_PX = 1024;

/** How many of the preceding rectangles are considered for joining. */
const LOOK_BACK = 64;

/** What a window costs, in pixels. */
export function windowArea({ width, height }: Rect): number {
  return width * height + WINDOW_PX;
}

function bounds(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** Joins each rectangle to the preceding one, among the last few, with which it saves most. */
function mergeOnce(rects: readonly Rect[], costOf: (rect: Rect) => number): Rect[] {
  const merged: Rect[] = [];
  for (const rect of rects) {
    let best = { index: -1, saved: 0 };
    for (let index = Math.max(0, merged.length - LOOK_BACK); index < merged.length; index++) {
      const other = merged[index]!;
      const saved = costOf(other) + costOf(rect) - costOf(bounds(other, rect));
      if (saved > best.saved) best = { index, saved };
    }
    const other = merged[best.index];
    if (other === undefined) merged.push(rect);
    else merged[best.index] = bounds(other, rect);
  }
  return merged;
}

/**
 * Covers rectangles by fewer, larger ones as long as that costs less.
 *
 * @param rects From the left, then from the top.
 * @returns Rectangles that cover all given ones, and perhaps more; they may overlap.
 */
export function mergeRects(rects: readonly Rect[], costOf: (rect: Rect) => number): Rect[] {
  let merged = mergeOnce(rects, costOf);
  for (let before = rects.length; merged.length < before;) {
    before = merged.length;
    merged = mergeOnce(merged, costOf);
  }
  return merged;
}
