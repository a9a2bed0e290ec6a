import type { Rect } from '../../api/image.ts';
import type { PlanePair } from '../planes/pairPlanes.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { tileCount, tileRects } from './tileRects.ts';

/** How far the content of one square of an output has moved, in pixels of the planes that were compared. */
export interface TileDisplacement {
  readonly rect: Rect;
  /** To the right and down. Near 0 if the square has too little contrast to tell. */
  readonly x: number;
  readonly y: number;
  /** Share of the error's variance, 0…1, that the move explains: nearly all of a real move's, little of a blur's. */
  readonly explained: number;
}

/**
 * A gradient (level per pixel, squared) that counts as much as what was measured: squares without edges, where any
 * move explains the error as well, are taken to lie still.
 */
const STILL_ENERGY = 4;

/**
 * Estimates the move of every square from its error, by least squares over all its pixels: an image that has moved by
 * a little differs from its old self by the move times its gradient (Lucas and Kanade: "An iterative image registration
 * technique", IJCAI 1981). Blur and missing detail are not mistaken for a move, for they change edges on both sides
 * alike.
 *
 * @param reference The whole image.
 * @param output Some rows of the output, in the reference's size.
 * @param rows Which rows those are.
 */
export function tileDisplacements(
  reference: PlaneView,
  output: PlaneView,
  tilePx: number,
  rows: readonly number[],
): readonly TileDisplacement[] {
  const rects = tileRects(reference, tilePx);
  const sums = rects.map(() => ({ x: 0, y: 0, e: 0, ee: 0, xx: 0, yy: 0, xy: 0, xe: 0, ye: 0, pixels: 0 }));
  addPlane(sums, { reference, output }, tilePx, rows);
  return rects.map((rect, index) => {
    const tile = sums[index];
    return tile === undefined ? { rect, x: 0, y: 0, explained: 0 } : { rect, ...solve(tile) };
  });
}

/** Sums over a tile of the gradient (x, y), the error (e), and their products. */
interface GradientSums {
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

function addPlane(
  sums: readonly GradientSums[],
  { reference, output }: PlanePair,
  tilePx: number,
  sampledRows: readonly number[],
): void {
  const { width, height } = reference;
  const columns = tileCount(width, tilePx);
  const rows = tileCount(height, tilePx);
  const row = (): Float64Array => new Float64Array(width);
  const [above, here, below, outputRow] = [row(), row(), row(), row()];
  for (const [index, y] of sampledRows.entries()) {
    if (y < 1 || y + 1 >= height) continue;
    reference.readRow(y - 1, above);
    reference.readRow(y, here);
    reference.readRow(y + 1, below);
    output.readRow(index, outputRow);
    const firstTile = Math.min(rows - 1, Math.floor(y / tilePx)) * columns;
    for (let column = 0; column < columns; column++) {
      const tile = sums[firstTile + column];
      const from = Math.max(1, column * tilePx);
      const to = column === columns - 1 ? width - 1 : Math.min((column + 1) * tilePx, width - 1);
      if (tile !== undefined) addSpan(tile, { above, here, below, outputRow, from, to });
    }
  }
}

/** The part of a row that is in one square, with the rows around it. */
interface SquareSpan {
  readonly above: Float64Array;
  readonly here: Float64Array;
  readonly below: Float64Array;
  readonly outputRow: Float64Array;
  readonly from: number;
  readonly to: number;
}

function addSpan(tile: GradientSums, { above, here, below, outputRow, from, to }: SquareSpan): void {
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

/** Without the means: on a slope, a tile that is a little brighter looks like one that has moved. */
function solve(sums: GradientSums): Omit<TileDisplacement, 'rect'> {
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
