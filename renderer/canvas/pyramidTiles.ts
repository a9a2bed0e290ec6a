import type { Rect, Size } from '../../core/api/image.ts';
import type { ImagePyramid } from '../../core/api/views.ts';

/** A tile of a pyramid, and the part of the full-size image that it shows. */
export interface PlacedTile {
  readonly level: number;
  readonly column: number;
  readonly row: number;
  readonly place: Rect;
}

/** The coarsest level that still has a pixel for each of the screen. @param zoom Screen pixels per full-size pixel. */
export function levelFor(zoom: number, levels: number): number {
  const level = Math.floor(Math.log2(1 / zoom));
  return Math.min(levels - 1, Math.max(0, level));
}

/** The tiles of one level that touch a part of the full-size image, row by row. */
export function tilesIn(pyramid: ImagePyramid, level: number, part: Rect): readonly PlacedTile[] {
  const step = pyramid.tilePx * 2 ** level;
  const last = (start: number, length: number, side: number): number =>
    Math.ceil(Math.min(side, start + length) / step) - 1;
  const tiles: PlacedTile[] = [];
  for (let row = firstTile(part.y, step); row <= last(part.y, part.height, pyramid.size.height); row++) {
    for (
      let column = firstTile(part.x, step);
      column <= last(part.x, part.width, pyramid.size.width);
      column++
    ) {
      tiles.push({ level, column, row, place: placeOf(column, row, step, pyramid.size) });
    }
  }
  return tiles;
}

function firstTile(start: number, step: number): number {
  return Math.max(0, Math.floor(start / step));
}

function placeOf(column: number, row: number, step: number, size: Size): Rect {
  const x = column * step;
  const y = row * step;
  return { x, y, width: Math.min(step, size.width - x), height: Math.min(step, size.height - y) };
}
