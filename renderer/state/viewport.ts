import type { Rect, Size } from '../../core/api/picture.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Which part of a picture is seen: its middle in pixels of the picture, and screen pixels per pixel of it. */
export interface Viewport {
  readonly centre: Point;
  readonly zoom: number;
}

const MOST_ZOOM = 16;

/** The zoom at which the whole picture is seen; small pictures are not blown up. */
export function fitZoom(picture: Size, view: Size): number {
  return Math.min(1, view.width / picture.width, view.height / picture.height);
}

export function fitted(picture: Size, view: Size): Viewport {
  return { centre: { x: picture.width / 2, y: picture.height / 2 }, zoom: fitZoom(picture, view) };
}

/** Keeps the picture in sight: nothing is seen beyond its edges as long as it fills the view. */
export function clamped({ centre, zoom }: Viewport, picture: Size, view: Size): Viewport {
  const kept = Math.min(MOST_ZOOM, Math.max(fitZoom(picture, view), zoom));
  const along = (value: number, pictureSide: number, viewSide: number): number => {
    const half = viewSide / kept / 2;
    return half * 2 >= pictureSide ? pictureSide / 2 : Math.min(pictureSide - half, Math.max(half, value));
  };
  return {
    centre: {
      x: along(centre.x, picture.width, view.width),
      y: along(centre.y, picture.height, view.height),
    },
    zoom: kept,
  };
}

/** Zooms so that the pixel under `at` (in the view, from its top left) stays where it is. */
export function zoomedAt({ centre, zoom }: Viewport, factor: number, at: Point, view: Size): Viewport {
  const next = Math.min(MOST_ZOOM, zoom * factor);
  const offset = { x: at.x - view.width / 2, y: at.y - view.height / 2 };
  return {
    centre: {
      x: centre.x + offset.x / zoom - offset.x / next,
      y: centre.y + offset.y / zoom - offset.y / next,
    },
    zoom: next,
  };
}

/** Where a pixel of the picture lies in the view. */
export function toView({ centre, zoom }: Viewport, point: Point, view: Size): Point {
  return {
    x: (point.x - centre.x) * zoom + view.width / 2,
    y: (point.y - centre.y) * zoom + view.height / 2,
  };
}

/** Which pixel of the picture lies at a place of the view. */
export function toPicture({ centre, zoom }: Viewport, point: Point, view: Size): Point {
  return {
    x: centre.x + (point.x - view.width / 2) / zoom,
    y: centre.y + (point.y - view.height / 2) / zoom,
  };
}

/** Shows a place with room around it. */
export function lookingAt(place: Rect, view: Size): Viewport {
  const room = 4;
  return {
    centre: { x: place.x + place.width / 2, y: place.y + place.height / 2 },
    zoom: Math.min(4, view.width / (place.width * room), view.height / (place.height * room)),
  };
}
