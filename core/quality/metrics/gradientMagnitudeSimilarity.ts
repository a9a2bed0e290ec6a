import { halvePlane } from '../planes/halvePlane.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { requireSameSize } from '../planes/requireSameSize.ts';

/** Xue, Zhang, Mou, Bovik: "Gradient magnitude similarity deviation", IEEE TIP 23(2), 2014: c for 0…255. */
const STABILISER = 170;

/** How alike the edges of two planes are. */
export interface GradientSimilarity {
  /** Mean similarity, 0…1, 1 for identical planes. */
  readonly mean: number;
  /** GMSD: the standard deviation of the similarity. 0 for identical planes; higher is worse. */
  readonly deviation: number;
}

/**
 * Gradient magnitude similarity (Xue et al. 2014): Prewitt gradients of both planes at half size, compared pixel by
 * pixel. Beyond its edge a plane counts as 0, as in the authors' program.
 *
 * @param reference Luma on 0…255.
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function gradientMagnitudeSimilarity(reference: PlaneView, output: PlaneView): GradientSimilarity {
  requireSameSize(reference, output);
  const first = gradientReader(halvePlane(reference));
  const second = gradientReader(halvePlane(output));
  let sum = 0;
  let squares = 0;
  for (let y = 0; y < first.height; y++) {
    const p = first.read(y);
    const q = second.read(y);
    for (let x = 0; x < p.length; x++) {
      // Dissimilarity is summed: it is near 0, where a sum of squares keeps its precision.
      const difference = sampleAt(p, x) - sampleAt(q, x);
      const dissimilarity =
        (difference * difference) / (sampleAt(p, x) ** 2 + sampleAt(q, x) ** 2 + STABILISER);
      sum += dissimilarity;
      squares += dissimilarity * dissimilarity;
    }
  }
  const pixels = first.width * first.height;
  const mean = sum / pixels;
  const variance = pixels > 1 ? (squares - pixels * mean * mean) / (pixels - 1) : 0;
  return { mean: 1 - mean, deviation: Math.sqrt(Math.max(0, variance)) };
}

interface GradientReader {
  readonly width: number;
  readonly height: number;
  /** Gradient magnitudes of row `y`, ≥ 0; the row is reused. */
  readonly read: (y: number) => Float64Array;
}

function gradientReader(plane: PlaneView): GradientReader {
  const { width, height } = plane;
  const rows = [0, 1, 2].map(() => new Float64Array(width + 2));
  const [above = new Float64Array(), here = above, below = above] = rows;
  const magnitudes = new Float64Array(width);
  return {
    width,
    height,
    read: (y) => {
      rows.forEach((row, index) => readPadded(plane, y + index - 1, row));
      for (let x = 0; x < width; x++) {
        const left = sampleAt(above, x) + sampleAt(here, x) + sampleAt(below, x);
        const right = sampleAt(above, x + 2) + sampleAt(here, x + 2) + sampleAt(below, x + 2);
        const top = sampleAt(above, x) + sampleAt(above, x + 1) + sampleAt(above, x + 2);
        const bottom = sampleAt(below, x) + sampleAt(below, x + 1) + sampleAt(below, x + 2);
        magnitudes[x] = Math.sqrt((right - left) ** 2 + (bottom - top) ** 2) / 3;
      }
      return magnitudes;
    },
  };
}

/** Row `y` with a zero on each side; all zero outside the plane. */
function readPadded(plane: PlaneView, y: number, into: Float64Array): void {
  into.fill(0);
  if (y >= 0 && y < plane.height) plane.readRow(y, into.subarray(1));
}
