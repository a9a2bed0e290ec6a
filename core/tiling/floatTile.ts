import type { Rect, Size } from '../api/image.ts';

/** What a network sees and returns: three planes (R, G, B), rows from the top, nominally 0…1, not clamped. */
export interface FloatTile extends Size {
  /** `3 × height × width` values. */
  readonly data: Float32Array;
}

export const TILE_CHANNELS = 3;

export function emptyTile(size: Size): FloatTile {
  return {
    width: size.width,
    height: size.height,
    data: new Float32Array(TILE_CHANNELS * size.width * size.height),
  };
}

/** A copy of a part of a tile; the rectangle has to be inside it. */
export function cutTile(tile: FloatTile, part: Rect): FloatTile {
  const piece = emptyTile(part);
  pasteTile(tile, piece, { from: part, to: { x: 0, y: 0 }, size: part });
  return piece;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Copies a rectangle of one tile to a place in another. */
export function pasteTile(
  source: FloatTile,
  target: FloatTile,
  where: { readonly from: Point; readonly to: Point; readonly size: Size },
): void {
  const { from, to, size } = where;
  for (let plane = 0; plane < TILE_CHANNELS; plane++) {
    for (let y = 0; y < size.height; y++) {
      const start = (plane * source.height + from.y + y) * source.width + from.x;
      target.data.set(
        source.data.subarray(start, start + size.width),
        (plane * target.height + to.y + y) * target.width + to.x,
      );
    }
  }
}
