import type { Size } from '../api/image.ts';
import { planTiles, type ModelTiling, type TilePlan } from './planTiles.ts';

/**
 * Input pixels of the largest window. Smaller ones compute more context twice, larger ones gain nothing more, and a
 * run's memory grows by 2 kB for every pixel of its window (docs/models.md).
 */
export const MAX_WINDOW_PX = 192 * 1024;

/** How large a window may be, and of which shapes. */
export interface TileWindow {
  readonly areaPx: number;
  /**
   * The only sides that a window may have: for devices that recompile for every shape. Axes shorter than all of
   * them get windows of their exact length. Absent if any shape does.
   */
  readonly sidesPx?: readonly number[];
}

/** Any shape, up to the largest that is still faster. */
export const ANY_WINDOW: TileWindow = { areaPx: MAX_WINDOW_PX };

/**
 * Plans the tiles of one pass over an image.
 *
 * @param tile Kept side of a tile in input pixels, or `auto`.
 */
export function planPass(
  size: Size,
  tiling: ModelTiling,
  tile: 'auto' | number,
  window: TileWindow = ANY_WINDOW,
): TilePlan {
  const { areaPx, sidesPx } = window;
  if (sidesPx !== undefined) {
    const overlapPx = 2 * tiling.contextPx + tiling.blendPx;
    const largestPx = Math.min(Math.floor(Math.sqrt(areaPx)), tile === 'auto' ? Infinity : tile + overlapPx);
    return planTiles(size, { ...tiling, limit: { sidesPx, largestPx } });
  }
  const limit = tile === 'auto' ? { windowAreaPx: areaPx } : { sidePx: tile };
  return planTiles(size, { ...tiling, limit });
}
