import type { Size } from '../api/image.ts';
import { emptyTile, pasteTile, TILE_CHANNELS, type FloatTile } from './floatTile.ts';

/** Repeats the last column and row of a tile that was copied to the top left of a larger one. */
function repeatEdges(target: FloatTile, { width, height }: FloatTile): void {
  for (let plane = 0; plane < TILE_CHANNELS; plane++) {
    const rowAt = (y: number): number => (plane * target.height + y) * target.width;
    for (let y = 0; y < height; y++) {
      const end = rowAt(y) + target.width;
      target.data.fill(target.data[rowAt(y) + width - 1] ?? 0, rowAt(y) + width, end);
    }
    for (let y = height; y < target.height; y++) {
      target.data.copyWithin(rowAt(y), rowAt(height - 1), rowAt(height - 1) + target.width);
    }
  }
}

/**
 * Extends a tile at the right and the bottom, by repeating its edge.
 *
 * @param sides At least as long as those of the tile.
 * @returns The tile itself if it has these sides already.
 */
export function extendTile(tile: FloatTile, { width, height }: Size): FloatTile {
  if (width === tile.width && height === tile.height) return tile;
  const extended = emptyTile({ width, height });
  pasteTile(tile, extended, { from: { x: 0, y: 0 }, to: { x: 0, y: 0 }, size: tile });
  repeatEdges(extended, tile);
  return extended;
}
