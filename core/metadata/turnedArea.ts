import type { Size } from '../api/image.ts';

/** An area by its centre, as shares of the image's width and height (MWG 2.0, 5.9); a point has no size. */
export interface CentredArea {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** How an original became its enlarged image. */
export interface PixelChange {
  /** Upright. */
  readonly from: Size;
  readonly to: Size;
  /** EXIF's orientation of the original, 1…8: how its stored pixels were turned. */
  readonly orientation: number;
}

/** Whether an orientation swaps width and height. */
export function isSideways(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}

/** The size of the stored pixels, before they are turned. */
export function storedSize({ from, orientation }: PixelChange): Size {
  return isSideways(orientation) ? { width: from.height, height: from.width } : from;
}

/** Maps a position of the stored image to the upright one, by orientation. */
const PLACES: readonly ((x: number, y: number) => readonly [number, number])[] = [
  (x, y) => [x, y],
  (x, y) => [1 - x, y],
  (x, y) => [1 - x, 1 - y],
  (x, y) => [x, 1 - y],
  (x, y) => [y, x],
  (x, y) => [1 - y, x],
  (x, y) => [1 - y, 1 - x],
  (x, y) => [y, 1 - x],
];

/** An area of the stored image in the upright one. */
export function turnedArea({ x, y, w, h }: CentredArea, orientation: number): CentredArea {
  const place = PLACES[orientation - 1];
  const [turnedX, turnedY] = place === undefined ? [x, y] : place(x, y);
  const [turnedW, turnedH] = isSideways(orientation) ? [h, w] : [w, h];
  return { x: turnedX, y: turnedY, w: turnedW, h: turnedH };
}

/** An area in pixels of the stored original, in pixels of the result. */
export function enlargedArea({ x, y, w, h }: CentredArea, change: PixelChange): CentredArea {
  const { width, height } = storedSize(change);
  const shares = { x: x / width, y: y / height, w: w / width, h: h / height };
  const turned = turnedArea(shares, change.orientation);
  return {
    x: turned.x * change.to.width,
    y: turned.y * change.to.height,
    w: turned.w * change.to.width,
    h: turned.h * change.to.height,
  };
}
