import type { FloatImage } from '../../api/image.ts';
import { pairPlanes } from '../planes/pairPlanes.ts';
import { FULL_SCALE } from './pixelErrors.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { forEachWindowRow, windowLength, type WindowRow } from '../planes/windowStatistics.ts';

/** Wang et al. 2004: C1 = (0.01 L)², C2 = (0.03 L)², C3 = C2 / 2, with L = 255. */
const C1 = (0.01 * FULL_SCALE) ** 2;
const C2 = (0.03 * FULL_SCALE) ** 2;
const C3 = C2 / 2;

/** Means over all windows. Each is 1 for identical planes; `structure`, and with it `ssim`, can be negative. */
export interface Ssim {
  /** Likeness of local brightness, 0…1. */
  readonly luminance: number;
  /** Likeness of local contrast, 0…1. */
  readonly contrast: number;
  /** Correlation of local structure, −1…1. */
  readonly structure: number;
  /** Contrast × structure, −1…1: what MS-SSIM takes from all scales but the coarsest. */
  readonly contrastStructure: number;
  /** Luminance × contrast × structure, −1…1: the index itself. */
  readonly ssim: number;
}

/**
 * Structural similarity (Wang et al. 2004): Gaussian window 11 × 11, σ 1.5, windows wholly inside the image; the
 * mean over all windows of all planes. Axes shorter than 11 px have a shorter window (see `forEachWindowRow`).
 *
 * @param onMapRow Receives the index of every window, a row at a time from the top, plane after plane; the row is
 *   reused: copy to keep.
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function ssim(
  reference: readonly PlaneView[],
  output: readonly PlaneView[],
  onMapRow?: (row: Float64Array, y: number) => void,
): Ssim {
  const sums = { luminance: 0, contrast: 0, structure: 0, contrastStructure: 0, ssim: 0, windows: 0 };
  for (const pair of pairPlanes(reference, output)) {
    const mapRow = new Float64Array(pair.reference.width - windowLength(pair.reference.width) + 1);
    let y = 0;
    forEachWindowRow(pair.reference, pair.output, (row) => {
      addRow(sums, row, mapRow);
      onMapRow?.(mapRow, y);
      y++;
    });
  }
  return {
    luminance: sums.luminance / sums.windows,
    contrast: sums.contrast / sums.windows,
    structure: sums.structure / sums.windows,
    contrastStructure: sums.contrastStructure / sums.windows,
    ssim: sums.ssim / sums.windows,
  };
}

/**
 * The index of every window, mean over the planes, as an image of one channel, −1…1; 10 px smaller than the planes
 * on each axis.
 */
export function ssimMap(reference: readonly PlaneView[], output: readonly PlaneView[]): FloatImage {
  const { width: planeWidth, height: planeHeight } = reference[0] ?? { width: 0, height: 0 };
  const width = planeWidth - windowLength(planeWidth) + 1;
  const height = planeHeight - windowLength(planeHeight) + 1;
  const data = new Float32Array(width * height);
  ssim(reference, output, (row, y) => {
    const mapRow = data.subarray(y * width, (y + 1) * width);
    mapRow.forEach((sum, x) => (mapRow[x] = sum + sampleAt(row, x) / reference.length));
  });
  return { width, height, channels: 1, data };
}

interface SsimSums {
  luminance: number;
  contrast: number;
  structure: number;
  contrastStructure: number;
  ssim: number;
  windows: number;
}

function addRow(sums: SsimSums, row: WindowRow, mapRow: Float64Array): void {
  for (let column = 0; column < mapRow.length; column++) {
    const meanX = sampleAt(row.meanX, column);
    const meanY = sampleAt(row.meanY, column);
    const varianceX = sampleAt(row.varianceX, column);
    const varianceY = sampleAt(row.varianceY, column);
    const covariance = sampleAt(row.covariance, column);
    const deviations = Math.sqrt(varianceX * varianceY);
    const luminance = (2 * meanX * meanY + C1) / (meanX * meanX + meanY * meanY + C1);
    const contrastStructure = (2 * covariance + C2) / (varianceX + varianceY + C2);
    const index = luminance * contrastStructure;
    sums.luminance += luminance;
    sums.contrast += (2 * deviations + C2) / (varianceX + varianceY + C2);
    sums.structure += (covariance + C3) / (deviations + C3);
    sums.contrastStructure += contrastStructure;
    sums.ssim += index;
    mapRow[column] = index;
  }
  sums.windows += mapRow.length;
}
