import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { transposedPlane } from '../planes/transposedPlane.ts';

/** The paper's low-pass filter: the mean of nine neighbours. */
const FILTER_PX = 9;

/**
 * How blurred an image looks, 0 (sharp) … 1: Crete, Dolmiere, Ladret, Nicolas: "The blur effect", SPIE 6492, 2007. A
 * sharp image loses much of its contrast between neighbours when it is blurred once more, a blurred one only a little.
 *
 * @returns The worse of both directions; 0 for an image without any contrast.
 */
export function blur(plane: PlaneView): number {
  return Math.max(blurAcross(plane), blurAcross(transposedPlane(plane)));
}

function blurAcross(plane: PlaneView): number {
  const row = new Float64Array(plane.width);
  const blurred = new Float64Array(plane.width);
  let variation = 0;
  let lost = 0;
  for (let y = 0; y < plane.height; y++) {
    plane.readRow(y, row);
    movingMean(row, blurred);
    for (let x = 1; x < plane.width; x++) {
      const step = Math.abs(sampleAt(row, x) - sampleAt(row, x - 1));
      const blurredStep = Math.abs(sampleAt(blurred, x) - sampleAt(blurred, x - 1));
      variation += step;
      lost += Math.max(0, step - blurredStep);
    }
  }
  return variation === 0 ? 0 : (variation - lost) / variation;
}

/** Means of nine samples, or of fewer at the ends. */
function movingMean(row: Float64Array, into: Float64Array): void {
  const reach = (FILTER_PX - 1) / 2;
  let sum = 0;
  let count = 0;
  for (let x = -reach; x < row.length; x++) {
    if (x + reach < row.length) {
      sum += sampleAt(row, x + reach);
      count++;
    }
    if (x - reach - 1 >= 0) {
      sum -= sampleAt(row, x - reach - 1);
      count--;
    }
    if (x >= 0) into[x] = sum / count;
  }
}
