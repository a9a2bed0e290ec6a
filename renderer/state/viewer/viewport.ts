import type { Rect, Size } from '../../../core/api/image.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The visible part of an image: its middle in pixels of the image, and screen pixels per pixel of it. */
export interface Viewport {
  readonly centre: Point;
  readonly zoom: number;
}

const MAX_ZOOM = 16;

/** The zoom at which the whole image is visible; small images are not enlarged. */
export function fitZoom(image: Size, view: Size): number {
  return Math.min(1, view.width / image.width, view.height / image.height);
}

export function fitted(image: Size, view: Size): Viewport {
  return { centre: { x: image.width / 2, y: image.height / 2 }, zoom: fitZoom(image, view) };
}

/** Keeps the image in view: nothing beyond its edges is visible as long as it fills the view. */
export function clamped({ centre, zoom }: Viewport, image: Size, view: Size): Viewport {
  const kept = Math.min(MAX_ZOOM, Math.max(fitZoom(image, view), zoom));
  const along = (value: number, imageSide: number, viewSide: number): number => {
    const half = viewSide / kept / 2;
    return half * 2 >= imageSide ? imageSide / 2 : Math.min(imageSide - half, Math.max(half, value));
  };
  return {
    centre: {
      x: along(centre.x, image.width, view.width),
      y: along(centre.y, image.height, view.height),
    },
    zoom: kept,
  };
}

/** Zooms so that the pixel under `at` (in the view, from its top left) stays where it is. */
export function zoomedAt({ centre, zoom }: Viewport, factor: number, at: Point, view: Size): Viewport {
  const next = Math.min(MAX_ZOOM, zoom * factor);
  const offset = { x: at.x - view.width / 2, y: at.y - view.height / 2 };
  return {
    centre: {
      x: centre.x + offset.x / zoom - offset.x / next,
      y: centre.y + offset.y / zoom - offset.y / next,
    },
    zoom: next,
  };
}

/** The position of a pixel of the image in the view. */
export function toView({ centre, zoom }: Viewport, point: Point, view: Size): Point {
  return {
    x: (point.x - centre.x) * zoom + view.width / 2,
    y: (point.y - centre.y) * zoom + view.height / 2,
  };
}

/** The pixel of the image at a point of the view. */
export function toImage({ centre, zoom }: Viewport, point: Point, view: Size): Point {
  return {
    x: centre.x + (point.x - view.width / 2) / zoom,
    y: centre.y + (point.y - view.height / 2) / zoom,
  };
}

/** Shows an area with some space around it. */
export function lookingAt(place: Rect, view: Size): Viewport {
  const room = 4;
  return {
    centre: { x: place.x + place.width / 2, y: place.y + place.height / 2 },
    zoom: Math.min(4, view.width / (place.width * room), view.height / (place.height * room)),
  };
}
