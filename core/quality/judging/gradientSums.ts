import { sampleAt } from '../planes/planeView.ts';

/**
 * A gradient (level per pixel, squared) that is added to the measured one: squares without edges, where any
 * move explains the error as well, are assumed not to move.
 */
const STILL_ENERGY = 4;

/** Sums over a part of an image of the gradient (x, y), the error (e), and their products. */
export interface GradientSums {
  x: number;
  y: number;
  e: number;
  ee: number;
  xx: number;
  yy: number;
  xy: number;
  xe: number;
  ye: number;
  pixels: number;
}

/** How far content has moved, in pixels of the planes that were compared. */
export interface Move {
  /** To the right and down. Near 0 if there is too little contrast to measure it. */
  readonly x: number;
  readonly y: number;
  /** Share of the error's variance, 0…1, that the move explains: nearly all of a real move's, little of a blur's. */
  readonly explained: number;
}

export function noSums(): GradientSums {
  return { x: 0, y: 0, e: 0, ee: 0, xx: 0, yy: 0, xy: 0, xe: 0, ye: 0, pixels: 0 };
}

/** A piece of a row, from `from` up to `to`, with the rows around it. */
export interface GradientSpan {
  readonly above: Float64Array;
  readonly here: Float64Array;
  readonly below: Float64Array;
  readonly outputRow: Float64Array;
  readonly from: number;
  readonly to: number;
}

/** Adds a piece of a row to the sums. */
export function addSpan(tile: GradientSums, { above, here, below, outputRow, from, to }: GradientSpan): void {
  let { x: sumX, y: sumY, e, ee, xx, yy, xy, xe, ye } = tile;
  for (let x = from; x < to; x++) {
    const gradientX = (sampleAt(here, x + 1) - sampleAt(here, x - 1)) / 2;
    const gradientY = (sampleAt(below, x) - sampleAt(above, x)) / 2;
    const error = sampleAt(outputRow, x) - sampleAt(here, x);
    sumX += gradientX;
    sumY += gradientY;
    e += error;
    ee += error * error;
    xx += gradientX * gradientX;
    yy += gradientY * gradientY;
    xy += gradientX * gradientY;
    xe += gradientX * error;
    ye += gradientY * error;
  }
  Object.assign(tile, { x: sumX, y: sumY, e, ee, xx, yy, xy, xe, ye });
  tile.pixels += Math.max(0, to - from);
}

/**
 * The move that explains the error best, by least squares (Lucas and Kanade: "An iterative image registration technique",
 * IJCAI 1981): an image that moved slightly differs from the original by the move times its gradient. The means are
 * subtracted, because on a gradient a slightly brighter tile looks like one that has moved.
 */
export function solve(sums: GradientSums): Move {
  const { pixels } = sums;
  if (pixels === 0) return { x: 0, y: 0, explained: 0 };
  const still = STILL_ENERGY * pixels;
  const xx = sums.xx - (sums.x * sums.x) / pixels + still;
  const yy = sums.yy - (sums.y * sums.y) / pixels + still;
  const xy = sums.xy - (sums.x * sums.y) / pixels;
  const xe = sums.xe - (sums.x * sums.e) / pixels;
  const ye = sums.ye - (sums.y * sums.e) / pixels;
  const ee = sums.ee - (sums.e * sums.e) / pixels;
  const determinant = xx * yy - xy * xy;
  const x = -(yy * xe - xy * ye) / determinant;
  const y = -(xx * ye - xy * xe) / determinant;
  const explained = ee > 0 ? Math.min(1, Math.max(0, -(x * xe + y * ye) / ee)) : 0;
  return { x, y, explained };
}
