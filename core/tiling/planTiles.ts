/**
 * @file Arithmetic on pixels; the room in the order of a pass. `planPass.ts` and `planTiles.ts` cut an image into tiles
 * (`planReuse.ts` leaves out equal ones, `mergeRects.ts` joins areas). `bleedColour.ts` and `layerBorders.ts` prepare
 * transparency, `packTile.ts` and `extendTile.ts` make a tile of pixels (`floatTile.ts`), `checkTile.ts` judges what
 * comes back, `limitBorders.ts` and `keepFlatAreas.ts` restore even areas, and `placeTile.ts` and `mergePremultiplied.ts`
 * join the results. `resample.ts` (`kernelTaps.ts`, `linearLight.ts`) brings them to their size. `wasm` has the loops over
 * pixels.
 */
import type { Size } from '../api/image.ts';

/**
 * One tile along one axis, in input pixels: the window that the network sees, and the part of it that is kept.
 * Kept parts of neighbours meet in the middle of their overlap, so each keeps at least the requested context.
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
  /** Width of the cross-fade around each seam, in input pixels; 0 if the context makes seams exact. */
  readonly blendPx: number;
}

/** What a network requires of its tiles. */
export interface ModelTiling {
  /** Context on each shared side, in input pixels. */
  readonly contextPx: number;
  readonly blendPx: number;
  /**
   * Windows start at multiples of this, and the last one ends where the image does: a network that folds blocks of
   * pixels sees the same blocks in every window. 1 by default.
   */
  readonly multiplePx?: number | undefined;
  /** The smallest side that the network accepts; 1 by default. Smaller tiles are extended when they are run. */
  readonly leastPx?: number | undefined;
  /** The only size that the network accepts. Smaller tiles are extended when they are run. */
  readonly fixedPx?: Size | undefined;
}

export interface TilingOptions extends ModelTiling {
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
function overlapOf({ contextPx, blendPx, multiplePx = 1 }: ModelTiling): Overlap {
  return { overlapPx: Math.ceil((2 * contextPx + blendPx) / multiplePx) * multiplePx, multiplePx };
}

/** How windows divide an axis. */
interface Overlap {
  /** At least this length; a multiple of `multiplePx`. */
  readonly overlapPx: number;
  readonly multiplePx: number;
}

/** Length of `count` equal windows that cover an axis with that overlap. */
function windowLength(lengthPx: number, count: number, { overlapPx, multiplePx }: Overlap): number {
  // The last window ends with the axis, so what the axis has beyond a multiple belongs to every window.
  const restPx = lengthPx % multiplePx;
  const coveredPx = lengthPx - restPx + (count - 1) * overlapPx;
  return Math.min(lengthPx, Math.ceil(coveredPx / count / multiplePx) * multiplePx + restPx);
}

/** Splits one axis into `count` windows of equal length that overlap. */
function planAxis(lengthPx: number, count: number, overlap: Overlap): TileSpan[] {
  const windowPx = windowLength(lengthPx, count, overlap);
  return spreadWindows(lengthPx, { count, windowPx, multiplePx: overlap.multiplePx });
}

/** Splits one axis into windows of the only length that a network accepts; a shorter axis is one window. */
function planFixedAxis(lengthPx: number, fixedPx: number, { overlapPx }: Overlap): TileSpan[] {
  const windowPx = Math.min(lengthPx, fixedPx);
  const keptPx = Math.max(1, fixedPx - overlapPx);
  const count = windowPx === lengthPx ? 1 : Math.ceil((lengthPx - overlapPx) / keptPx);
  return spreadWindows(lengthPx, { count, windowPx, multiplePx: 1 });
}

interface Spread {
  readonly count: number;
  readonly windowPx: number;
  readonly multiplePx: number;
}

/** Spreads windows of one length evenly over an axis that they cover; what is left of it is a whole multiple. */
function spreadWindows(lengthPx: number, { count, windowPx, multiplePx }: Spread): TileSpan[] {
  const room = (lengthPx - windowPx) / multiplePx;
  const starts = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.round((index * room) / (count - 1)) * multiplePx,
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
 * Splits one axis into windows of one of the given lengths: the one with the least work, or the longer of two that are
 * equal. An axis shorter than all of them is one window.
 */
function planAxisOfSides(
  lengthPx: number,
  sidesPx: readonly number[],
  largestPx: number,
  overlap: Overlap,
): TileSpan[] {
  const { overlapPx, multiplePx } = overlap;
  const restPx = lengthPx % multiplePx;
  let best = { count: 1, windowPx: lengthPx, costPx: Infinity };
  for (const sidePx of sidesPx) {
    // A network that folds pixels extends what is left over, so a window may be a little shorter than its side.
    const windowPx = sidePx - ((sidePx - restPx) % multiplePx);
    const stepPx = windowPx - restPx - overlapPx;
    const isUsable =
      sidePx <= Math.min(lengthPx + multiplePx - 1, largestPx) && windowPx <= lengthPx && stepPx > 0;
    const count = 1 + Math.ceil((lengthPx - windowPx) / stepPx);
    const costPx = count * windowPx;
    if (isUsable && costPx <= best.costPx) best = { count, windowPx, costPx };
  }
  // No side fits: the network sees farther than the largest window, or the axis is short.
  const isTooLong = best.costPx === Infinity && lengthPx > Math.max(largestPx, 2 * overlapPx);
  if (isTooLong) return planAxis(lengthPx, countForSide(lengthPx, overlapPx, overlapPx), overlap);
  return spreadWindows(lengthPx, { ...best, multiplePx });
}

/** How many windows of at most `keepPx` kept pixels (and their context) an axis needs. */
function countForSide(lengthPx: number, keepPx: number, overlapPx: number): number {
  return lengthPx <= keepPx + overlapPx ? 1 : Math.ceil((lengthPx - overlapPx) / keepPx);
}

/** The split with the least redundant work among those whose windows fit the area. */
function countsForArea(size: Size, areaPx: number, overlap: Overlap): { across: number; down: number } {
  const { overlapPx, multiplePx } = overlap;
  let best = { across: 1, down: 1, costPx: Infinity };
  // Windows narrower than four overlaps would spend most of their work on context.
  const mostAcross = countForSide(size.width, Math.max(3 * overlapPx, 32), overlapPx);
  for (let across = 1; across <= mostAcross; across++) {
    const widthPx = windowLength(size.width, across, overlap);
    // Rounding to multiples may make a window longer than its count asks for.
    const highestPx = Math.max(Math.floor(areaPx / widthPx) - 2 * (multiplePx - 1), 2 * overlapPx, 32);
    const down = countForSide(size.height, Math.max(highestPx - overlapPx, 1), overlapPx);
    const heightPx = windowLength(size.height, down, overlap);
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
  const overlap = overlapOf(options);
  const { overlapPx } = overlap;
  const { limit, fixedPx } = options;
  if (fixedPx !== undefined) {
    const columns = planFixedAxis(size.width, fixedPx.width, overlap);
    const rows = planFixedAxis(size.height, fixedPx.height, overlap);
    return planOf(size, columns, rows, options);
  }
  if ('sidesPx' in limit) {
    const { sidesPx, largestPx } = limit;
    const columns = planAxisOfSides(size.width, sidesPx, largestPx, overlap);
    const rows = planAxisOfSides(size.height, sidesPx, largestPx, overlap);
    return planOf(size, columns, rows, options);
  }
  const counts =
    'sidePx' in limit
      ? {
          across: countForSide(size.width, limit.sidePx, overlapPx),
          down: countForSide(size.height, limit.sidePx, overlapPx),
        }
      : countsForArea(size, limit.windowAreaPx, overlap);
  const columns = planAxis(size.width, counts.across, overlap);
  const rows = planAxis(size.height, counts.down, overlap);
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
