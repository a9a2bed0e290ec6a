import type { Size } from '../api/picture.ts';
import { planTiles, type TilePlan, type TilingOptions } from './planTiles.ts';

/**
 * Input pixels of the largest window. Smaller ones compute more context twice, larger ones gain nothing more, and a
 * run's memory grows by 2 kB for every pixel of its window (docs/models.md).
 */
const WINDOW_AREA_PX = 192 * 1024;

/**
 * Plans the tiles of one pass over a picture.
 *
 * @param tile Kept side of a tile in input pixels, or `auto`.
 */
export function planPass(
  size: Size,
  tiling: Pick<TilingOptions, 'contextPx' | 'blendPx'>,
  tile: 'auto' | number,
): TilePlan {
  const limit = tile === 'auto' ? { windowAreaPx: WINDOW_AREA_PX } : { sidePx: tile };
  return planTiles(size, { ...tiling, limit });
}
