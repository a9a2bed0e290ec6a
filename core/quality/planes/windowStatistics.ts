import { gaussianTaps } from './gaussianTaps.ts';
import { sampleAt, type PlaneView } from './planeView.ts';
import { requireSameSize } from './requireSameSize.ts';
import { slidingWindow } from './slidingWindow.ts';

/** Wang, Bovik, Sheikh, Simoncelli: "Image quality assessment", IEEE TIP 13(4), 2004, section III-C. */
export const WINDOW_PX = 11;
const WINDOW_SIGMA = 1.5;

/** Statistics of the windows centred on one row, from left to right. Reused for every row: copy to keep. */
export interface WindowRow {
  readonly meanX: Float64Array;
  readonly meanY: Float64Array;
  readonly varianceX: Float64Array;
  readonly varianceY: Float64Array;
  readonly covariance: Float64Array;
}

/**
 * Local means, variances and covariance of two planes under a Gaussian window, a row at a time.
 *
 * Only windows that are wholly inside the image count, as in the paper: 5 px are lost on each side. An axis shorter
 * than 11 px has the longest odd window that fits, so every image has at least one.
 *
 * @param visit Called once per row of windows, from the top.
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function forEachWindowRow(x: PlaneView, y: PlaneView, visit: (row: WindowRow) => void): void {
  requireSameSize(x, y);
  const across = gaussianTaps(windowLength(x.width), WINDOW_SIGMA);
  const down = gaussianTaps(windowLength(x.height), WINDOW_SIGMA);
  const products = productRows(x.width);
  const windows = {
    x: slidingWindow(products.x, across, down),
    y: slidingWindow(products.y, across, down),
    xx: slidingWindow(products.xx, across, down),
    yy: slidingWindow(products.yy, across, down),
    xy: slidingWindow(products.xy, across, down),
  };
  const row = {
    meanX: windows.x.means,
    meanY: windows.y.means,
    varianceX: windows.xx.means,
    varianceY: windows.yy.means,
    covariance: windows.xy.means,
  };
  for (let rowIndex = 0; rowIndex < x.height; rowIndex++) {
    x.readRow(rowIndex, products.x);
    y.readRow(rowIndex, products.y);
    multiplyOut(products);
    for (const window of Object.values(windows)) window.advance();
    if (rowIndex + 1 < down.length) continue;
    makeCentral(row);
    visit(row);
  }
}

/** Longest odd window of at most 11 samples that fits into an axis. */
export function windowLength(axisPx: number): number {
  const longest = Math.min(WINDOW_PX, axisPx);
  return longest % 2 === 1 ? longest : longest - 1;
}

/** One row of both planes and of their products. */
interface ProductRows {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xx: Float64Array;
  readonly yy: Float64Array;
  readonly xy: Float64Array;
}

function productRows(width: number): ProductRows {
  const row = (): Float64Array => new Float64Array(width);
  return { x: row(), y: row(), xx: row(), yy: row(), xy: row() };
}

function multiplyOut({ x, y, xx, yy, xy }: ProductRows): void {
  for (let column = 0; column < x.length; column++) {
    const sampleX = sampleAt(x, column);
    const sampleY = sampleAt(y, column);
    xx[column] = sampleX * sampleX;
    yy[column] = sampleY * sampleY;
    xy[column] = sampleX * sampleY;
  }
}

/** Turns E[x²] into a variance and E[xy] into a covariance, in place. */
function makeCentral({ meanX, meanY, varianceX, varianceY, covariance }: WindowRow): void {
  for (let column = 0; column < meanX.length; column++) {
    const mx = sampleAt(meanX, column);
    const my = sampleAt(meanY, column);
    // Rounding can leave a flat window a hair below zero.
    varianceX[column] = Math.max(0, sampleAt(varianceX, column) - mx * mx);
    varianceY[column] = Math.max(0, sampleAt(varianceY, column) - my * my);
    covariance[column] = sampleAt(covariance, column) - mx * my;
  }
}
