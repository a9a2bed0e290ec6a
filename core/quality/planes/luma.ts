import { rgbPlanes } from './colourPlanes.ts';
import { mapPlane, sampleAt, type PlaneView } from './planeView.ts';

/** ITU-R BT.601 for 8 bit: black is 16 and white 235; the weights are 219 · (0.299, 0.587, 0.114). */
const BLACK = 16;
const WEIGHTS = [65.481 / 255, 128.553 / 255, 24.966 / 255] as const;
const FULL_RANGE = 255 / 219;

/** Of red, green and blue in luma that is stretched to 0…255; they sum to 1. */
export const LUMA_WEIGHTS = [0.299, 0.587, 0.114] as const;

/**
 * Luma of ITU-R BT.601, 16…235, not rounded: what the super-resolution literature measures on.
 *
 * @param planes Red, green and blue, or one grey plane, which counts as three equal ones (so 0…255 becomes 16…235).
 */
export function luma(planes: readonly PlaneView[]): PlaneView {
  const [red, green, blue] = rgbPlanes(planes);
  const { width, height } = red;
  const greenRow = new Float64Array(width);
  const blueRow = new Float64Array(width);
  return {
    width,
    height,
    readRow: (y, into) => {
      red.readRow(y, into);
      green.readRow(y, greenRow);
      blue.readRow(y, blueRow);
      for (let x = 0; x < width; x++) {
        into[x] =
          BLACK +
          WEIGHTS[0] * sampleAt(into, x) +
          WEIGHTS[1] * sampleAt(greenRow, x) +
          WEIGHTS[2] * sampleAt(blueRow, x);
      }
    },
  };
}

/** The same luma stretched to 0…255, for measures whose constants are given for that range. */
export function fullRangeLuma(planes: readonly PlaneView[]): PlaneView {
  return mapPlane(luma(planes), (sample) => (sample - BLACK) * FULL_RANGE);
}
