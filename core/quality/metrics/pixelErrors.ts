import { pairPlanes, type PlanePair } from '../planes/pairPlanes.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';

/** Full scale of every plane, whatever the bit depth of the file. */
export const FULL_SCALE = 255;

/** How far apart the samples of two images are; all on the scale 0…255, except `rmsePercent`. */
export interface PixelErrors {
  readonly mse: number;
  readonly rmse: number;
  /** RMSE in percent of full scale (255). */
  readonly rmsePercent: number;
  readonly mae: number;
  readonly max: number;
}

/**
 * Mean errors over all samples of all planes.
 *
 * @param reference One or more planes of equal size.
 * @param output As many planes of the same size.
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function pixelErrors(reference: readonly PlaneView[], output: readonly PlaneView[]): PixelErrors {
  const sums = { squared: 0, absolute: 0, max: 0, samples: 0 };
  for (const pair of pairPlanes(reference, output)) addPlane(sums, pair);
  const mse = sums.squared / sums.samples;
  const rmse = Math.sqrt(mse);
  return {
    mse,
    rmse,
    rmsePercent: (100 * rmse) / FULL_SCALE,
    mae: sums.absolute / sums.samples,
    max: sums.max,
  };
}

interface ErrorSums {
  squared: number;
  absolute: number;
  max: number;
  samples: number;
}

function addPlane(sums: ErrorSums, { reference, output }: PlanePair): void {
  const { width, height } = reference;
  const referenceRow = new Float64Array(width);
  const outputRow = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    reference.readRow(y, referenceRow);
    output.readRow(y, outputRow);
    for (let x = 0; x < width; x++) {
      const difference = Math.abs(sampleAt(referenceRow, x) - sampleAt(outputRow, x));
      sums.squared += difference * difference;
      sums.absolute += difference;
      if (difference > sums.max) sums.max = difference;
    }
  }
  sums.samples += width * height;
}
