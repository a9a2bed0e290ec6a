import { sampleAt, type PlaneView } from '../planes/planeView.ts';

/**
 * Standard deviation of the noise in an image, 0…255: Immerkær: "Fast noise variance estimation", Computer Vision and
 * Image Understanding 64(2), 1996. Fine texture counts as noise.
 *
 * @returns 0 for an image that is less than 3 px wide or high.
 */
export function noise(plane: PlaneView): number {
  const { width, height } = plane;
  if (width < 3 || height < 3) return 0;
  const rows = [new Float64Array(width), new Float64Array(width), new Float64Array(width)] as const;
  const differences = new Float64Array(width - 2);
  let sum = 0;
  for (let y = 0; y < height; y++) {
    plane.readRow(y, rowAt(rows, y));
    if (y < 2) continue;
    addLaplacians(differences, rowAt(rows, y - 2), 1);
    addLaplacians(differences, rowAt(rows, y - 1), -2);
    addLaplacians(differences, rowAt(rows, y), 1);
    for (let x = 0; x < differences.length; x++) sum += Math.abs(sampleAt(differences, x));
    differences.fill(0);
  }
  return (Math.sqrt(Math.PI / 2) * sum) / (6 * (width - 2) * (height - 2));
}

type ThreeRows = readonly [Float64Array, Float64Array, Float64Array];

function rowAt(rows: ThreeRows, y: number): Float64Array {
  return rows[y % 3] ?? rows[0];
}

/** The mask 1 −2 1 across, times a factor of the same mask down. */
function addLaplacians(sums: Float64Array, row: Float64Array, factor: number): void {
  for (let x = 0; x < sums.length; x++) {
    const laplacian = sampleAt(row, x) - 2 * sampleAt(row, x + 1) + sampleAt(row, x + 2);
    sums[x] = sampleAt(sums, x) + factor * laplacian;
  }
}
