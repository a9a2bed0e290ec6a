import { hasAlphaChannel, type Raster, type Rect, type Size } from '../api/image.ts';
import { mergeRects, windowArea } from './mergeRects.ts';
import { planTiles, type ModelTiling, type TilePlan, type TileSpan } from './planTiles.ts';

/** One tile: its column and its row. */
export interface PlannedTile {
  readonly column: TileSpan;
  readonly row: TileSpan;
}

/** How to enlarge an image that has equal parts. All rectangles are in pixels of the image. */
export interface ReusePlan {
  /** The windows to run. Their kept parts and the copies cover the image. */
  readonly tiles: readonly PlannedTile[];
  /** Parts of the result that are copied to another place once all tiles are there. */
  readonly copies: readonly { readonly from: Rect; readonly to: Rect }[];
  /** Share of the image, 0…1, that is copied. */
  readonly reusedShare: number;
}

export interface ReuseOptions {
  readonly tiling: ModelTiling;
  /** The most pixels that a window may have. */
  readonly areaPx: number;
  /** How the image would be enlarged otherwise. */
  readonly plan: TilePlan;
}

/** Side of the squares that are compared, without their context. */
const CELL_PX = 32;

/** Squares that agree in this many samples are compared completely. */
const FINGERPRINT_SAMPLES = 24;

/** Different squares with one fingerprint that are remembered. */
const MAX_ALIKE = 8;

/** A plan is used if it saves at least this share of the work. */
const MIN_SAVED_SHARE = 0.1;

/** Fewer reused squares than this rarely save that much: their surroundings are run anyway. */
const MIN_REUSED_SHARE = 0.25;

interface Cell {
  readonly kept: Rect;
  /** The area that its result depends on; smaller at the image's edges. */
  readonly seen: Rect;
}

function surrounded({ x, y, width, height }: Rect, byPx: number, image: Size): Rect {
  const [left, top] = [Math.max(0, x - byPx), Math.max(0, y - byPx)];
  return {
    x: left,
    y: top,
    width: Math.min(image.width, x + width + byPx) - left,
    height: Math.min(image.height, y + height + byPx) - top,
  };
}

function cellsOf(image: Raster, contextPx: number): Cell[] {
  const cells: Cell[] = [];
  for (let y = 0; y < image.height; y += CELL_PX) {
    for (let x = 0; x < image.width; x += CELL_PX) {
      const width = Math.min(CELL_PX, image.width - x);
      const kept = { x, y, width, height: Math.min(CELL_PX, image.height - y) };
      cells.push({ kept, seen: surrounded(kept, contextPx, image) });
    }
  }
  return cells;
}

/** Compared first, before all samples: the position relative to the image's edges, and some samples. */
function fingerprint({ data, width, channels }: Raster, { kept, seen }: Cell): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < FINGERPRINT_SAMPLES; index++) {
    const x = seen.x + ((index * 37 + 11) % seen.width);
    const y = seen.y + ((index * 53 + 29) % seen.height);
    hash = Math.imul(hash ^ data[(y * width + x) * channels + (index % channels)]!, 0x01000193);
  }
  return [kept.x - seen.x, kept.y - seen.y, seen.width, seen.height, kept.width, kept.height, hash].join(' ');
}

function isSame({ data, width, channels }: Raster, a: Rect, b: Rect): boolean {
  const length = a.width * channels;
  for (let y = 0; y < a.height; y++) {
    const first = ((a.y + y) * width + a.x) * channels;
    const second = ((b.y + y) * width + b.x) * channels;
    for (let index = 0; index < length; index++) {
      if (data[first + index] !== data[second + index]) return false;
    }
  }
  return true;
}

function hasVaryingAlpha({ data, channels }: Raster): boolean {
  if (!hasAlphaChannel(channels)) return false;
  const first = data[channels - 1];
  for (let index = channels - 1; index < data.length; index += channels)
    if (data[index] !== first) return true;
  return false;
}

/** Whether a window of the usual plan has a single colour: such windows cost nothing. */
function hasFlatWindow(image: Raster, { columns, rows }: TilePlan): boolean {
  return rows.some((row) =>
    columns.some((column) =>
      isFlat(image, { x: column.start, y: row.start, width: column.length, height: row.length }),
    ),
  );
}

function isFlat({ data, width, channels }: Raster, window: Rect): boolean {
  const first = (window.y * width + window.x) * channels;
  for (let y = window.y; y < window.y + window.height; y++) {
    const start = (y * width + window.x) * channels;
    for (let index = 0; index < window.width * channels; index++) {
      if (data[start + index] !== data[first + (index % channels)]) return false;
    }
  }
  return true;
}

interface SortedCells {
  readonly fresh: readonly Rect[];
  readonly copies: ReusePlan['copies'];
}

function sortCells(image: Raster, cells: readonly Cell[]): SortedCells {
  const known = new Map<string, Cell[]>();
  const fresh: Rect[] = [];
  const copies: ReusePlan['copies'][number][] = [];
  for (const cell of cells) {
    const key = fingerprint(image, cell);
    const alike = known.get(key) ?? [];
    const same = alike.find((other) => isSame(image, other.seen, cell.seen));
    if (same !== undefined) {
      copies.push({ from: same.kept, to: cell.kept });
      continue;
    }
    fresh.push(cell.kept);
    if (alike.length < MAX_ALIKE) known.set(key, [...alike, cell]);
  }
  return { fresh, copies };
}

/** The part of a window that is kept: where its own kept part and a rectangle meet. */
function keptSpan(span: TileSpan, offsetPx: number, fromPx: number, toPx: number): TileSpan {
  return {
    start: span.start + offsetPx,
    length: span.length,
    keepStart: Math.max(span.keepStart + offsetPx, fromPx),
    keepEnd: Math.min(span.keepEnd + offsetPx, toPx),
  };
}

function tilesOf(rect: Rect, image: Size, { tiling, areaPx }: ReuseOptions): PlannedTile[] {
  const seen = surrounded(rect, tiling.contextPx, image);
  const plan = planTiles(seen, { ...tiling, limit: { windowAreaPx: areaPx } });
  const columns = plan.columns.map((span) => keptSpan(span, seen.x, rect.x, rect.x + rect.width));
  const rows = plan.rows.map((span) => keptSpan(span, seen.y, rect.y, rect.y + rect.height));
  return rows
    .flatMap((row) => columns.map((column) => ({ column, row })))
    .filter(({ column, row }) => column.keepStart < column.keepEnd && row.keepStart < row.keepEnd);
}

function areaOf(tiles: readonly PlannedTile[]): number {
  return tiles.reduce((sum, { column, row }) => sum + column.length * row.length, 0);
}

/**
 * Finds parts of an image that are equal, including all that a network sees around them, as in screenshots, drawings
 * and pages, and plans to enlarge each once. The result is the same as with all tiles: a pixel depends on what the network sees of
 * its surroundings, and on nothing else.
 *
 * @returns Undefined if that saves too little, if alpha varies or a tile is of one colour, and for networks whose tiles
 * have to be blended or of
 *   certain sizes.
 */
export function planReuse(image: Raster, options: ReuseOptions): ReusePlan | undefined {
  const { tiling, plan } = options;
  const { contextPx, blendPx, multiplePx = 1, fixedPx } = tiling;
  if (blendPx > 0 || multiplePx > 1 || fixedPx !== undefined) return undefined;
  // Whether a window's alpha goes through the network depends on all of the window.
  if (hasVaryingAlpha(image) || hasFlatWindow(image, plan)) return undefined;
  const cells = cellsOf(image, contextPx);
  const { fresh, copies } = sortCells(image, cells);
  if (copies.length < MIN_REUSED_SHARE * cells.length) return undefined;
  const rects = mergeRects(fresh, (rect) => windowArea(surrounded(rect, contextPx, image)));
  const tiles = rects.flatMap((rect) => tilesOf(rect, image, options));
  const usualPx = plan.columns.length * plan.rows.length * plan.tile.width * plan.tile.height;
  if (areaOf(tiles) > (1 - MIN_SAVED_SHARE) * usualPx) return undefined;
  const copiedPx = copies.reduce((sum, { to }) => sum + to.width * to.height, 0);
  return { tiles, copies, reusedShare: copiedPx / (image.width * image.height) };
}
