import type { Size } from '../api/image.ts';

/**
 * One tile along one axis, in input pixels: the window that the network sees, and the part of it that is kept.
 * Kept parts of neighbours meet in the middle of their overlap, so each keeps at least the context asked for.
 */
export interface TileSpan {
  readonly start: number;
  readonly length: number;
  readonly keepStart: number;
  readonly keepEnd: number;
}

/** Tiles of equal shape that cover an image: every column with every row. */
export interface TilePlan {
  readonly tile: Size;
  readonly columns: readonly TileSpan[];
  readonly rows: readonly TileSpan[];
  /** Width of the cross-fade around each seam, in input pixels; 0 where the context makes seams exact. */
  readonly blendPx: number;
}

export interface TilingOptions {
  /** Context on each shared side, in input pixels. */
  readonly contextPx: number;
  readonly blendPx: number;
  /**
   * `side`: the user's choice of the kept side; `area`: the most input pixels a window may have; `sides`: the only
   * sides that a window may have, and the largest that may be used now.
   */
  readonly limit:
    | { readonly sidePx: number }
    | { readonly windowAreaPx: number }
    | { readonly sidesPx: readonly number[]; readonly largestPx: number };
}

/** Overlap that neighbours need: context on both sides of the cross-fade. */
function overlapOf(options: TilingOptions): number {
  return 2 * options.contextPx + options.blendPx;
}

/** Splits one axis into `count` windows of equal length that overlap by at least `overlapPx`. */
export function planAxis(lengthPx: number, count: number, overlapPx: number): TileSpan[] {
  const windowPx = Math.min(lengthPx, Math.ceil((lengthPx + (count - 1) * overlapPx) / count));
  return spreadWindows(lengthPx, count, windowPx);
}

/** Spreads windows of one length evenly over an axis that they cover. */
function spreadWindows(lengthPx: number, count: number, windowPx: number): TileSpan[] {
  const starts = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.round((index * (lengthPx - windowPx)) / (count - 1)),
  );
  const seams = starts
    .slice(1)
    .map((start, index) => Math.floor(((starts[index] ?? 0) + windowPx + start) / 2));
  return starts.map((start, index) => ({
    start,
    length: windowPx,
    keepStart: index === 0 ? 0 : (seams[index - 1] ?? 0),
    keepEnd: index === count - 1 ? lengthPx : (seams[index] ?? lengthPx),
  }));
}

/**
 * Splits one axis into windows of one of the given lengths: the one with the least work, the longer of two alike. An
 * axis shorter than all of them is one window.
 */
function planAxisOfSides(
  lengthPx: number,
  sidesPx: readonly number[],
  largestPx: number,
  overlapPx: number,
): TileSpan[] {
  let best = { count: 1, windowPx: lengthPx, costPx: Infinity };
  for (const windowPx of sidesPx) {
    const isUsable = windowPx <= Math.min(lengthPx, largestPx) && windowPx > overlapPx;
    const count = windowPx === lengthPx ? 1 : Math.ceil((lengthPx - overlapPx) / (windowPx - overlapPx));
    const costPx = count * windowPx;
    if (isUsable && costPx <= best.costPx) best = { count, windowPx, costPx };
  }
  // No side fits: the network sees farther than the largest window, or the axis is short.
  const isTooLong = best.costPx === Infinity && lengthPx > Math.max(largestPx, 2 * overlapPx);
  if (isTooLong) return planAxis(lengthPx, countForSide(lengthPx, overlapPx, overlapPx), overlapPx);
  return spreadWindows(lengthPx, best.count, best.windowPx);
}

/** How many windows of at most `keepPx` kept pixels (and their context) an axis needs. */
function countForSide(lengthPx: number, keepPx: number, overlapPx: number): number {
  return lengthPx <= keepPx + overlapPx ? 1 : Math.ceil((lengthPx - overlapPx) / keepPx);
}

/** The split with the least redundant work among those whose windows fit the area. */
function countsForArea(size: Size, areaPx: number, overlapPx: number): { across: number; down: number } {
  let best = { across: 1, down: 1, costPx: Infinity };
  // Windows narrower than four overlaps would spend most of their work on context.
  const mostAcross = countForSide(size.width, Math.max(3 * overlapPx, 32), overlapPx);
  for (let across = 1; across <= mostAcross; across++) {
    const widthPx = Math.ceil((size.width + (across - 1) * overlapPx) / across);
    const highestPx = Math.max(Math.floor(areaPx / widthPx), 2 * overlapPx, 32);
    const down = countForSide(size.height, Math.max(highestPx - overlapPx, 1), overlapPx);
    const heightPx = Math.ceil((size.height + (down - 1) * overlapPx) / down);
    const fits = widthPx * heightPx <= areaPx || across === mostAcross;
    const costPx = across * down * widthPx * heightPx;
    if (fits && costPx < best.costPx) best = { across, down, costPx };
  }
  return best;
}

/**
 * Plans tiles of equal shape whose kept parts cover every pixel exactly once.
 *
 * @param size Image, each side ≥ 1.
 * @returns Spans in order; an image that fits one window gives one tile without context.
 */
export function planTiles(size: Size, options: TilingOptions): TilePlan {
  const overlapPx = overlapOf(options);
  const { limit } = options;
  if ('sidesPx' in limit) {
    const { sidesPx, largestPx } = limit;
    const columns = planAxisOfSides(size.width, sidesPx, largestPx, overlapPx);
    const rows = planAxisOfSides(size.height, sidesPx, largestPx, overlapPx);
    return planOf(size, columns, rows, options);
  }
  const counts =
    'sidePx' in limit
      ? {
          across: countForSide(size.width, limit.sidePx, overlapPx),
          down: countForSide(size.height, limit.sidePx, overlapPx),
        }
      : countsForArea(size, limit.windowAreaPx, overlapPx);
  const columns = planAxis(size.width, counts.across, overlapPx);
  const rows = planAxis(size.height, counts.down, overlapPx);
  return planOf(size, columns, rows, options);
}

function planOf(
  size: Size,
  columns: readonly TileSpan[],
  rows: readonly TileSpan[],
  { blendPx }: TilingOptions,
): TilePlan {
  const tile = { width: columns[0]?.length ?? size.width, height: rows[0]?.length ?? size.height };
  return { tile, columns, rows, blendPx };
}
